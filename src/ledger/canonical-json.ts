/**
 * In charge of the one form in which a value is hashed and signed: the JSON Canonicalization Scheme (RFC 8785). Numbers and
 * strings are as ECMAScript writes them, which is what the scheme asks for; the database writes events in the same form.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = value as Record<string, unknown>;
  let text = '{';
  // Without a function, names are compared by UTF-16 units, as the scheme has it.
  for (const name of Object.keys(members).sort())
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(members[name])}`;
  return `${text}}`;
}
