import { createHash } from 'node:crypto';

const names = new Map<string, string>();

/**
 * A statement under a name, for `pg`: a connection that knows the name is not sent the text again, nor parses or plans
 * it. The name is a hash of the text, so that two texts never share one. Only for texts of which there are few.
 */
export function named(
  sql: string,
  values: readonly unknown[],
): { name: string; text: string; values: unknown[] } {
  let name = names.get(sql);
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
    names.set(sql, name);
  }
  return { name, text: sql, values: values as unknown[] };
}
