import { escapeLiteral } from 'pg';

/** What custody.disclosed is told besides the sealed context. */
export interface Disclosure {
  requestId: string;
  addressClass: string;
}

/** What the rows were of, where those they are about have no id: a file that could not all be taken. */
export interface DisclosureTarget {
  kind: string;
  id: string;
}

/** The disclosure as SQL text, so that it travels in one message with COMMIT. Subjects are sorted and named once. */
export function disclosedSql(
  { requestId, addressClass }: Disclosure,
  rows: number,
  subjectIds: readonly string[],
  target?: DisclosureTarget,
): string {
  const ids = BigInt64Array.from(new Set(subjectIds), BigInt).sort();
  return (
    `SELECT custody.disclosed(${escapeLiteral(requestId)}, ${escapeLiteral(addressClass)}, ` +
    `${Number(rows)}, '{${ids.join()}}'${target ? `, ${escapeLiteral(target.kind)}, ${escapeLiteral(target.id)}` : ''})`
  );
}
