/**
 * In charge of base64 in evidence: one text for each value. The lenient reading takes several texts for the same bytes, and what
 * was changed in such a place would go unseen.
 */
export function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? bytes : undefined;
}

/** Undefined where any of them is none. */
export function allBytesOf(value: unknown): Buffer[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const all = value.flatMap((item: unknown) => bytesOf(item) ?? []);
  return all.length === value.length ? all : undefined;
}
