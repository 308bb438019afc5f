import { escapeLiteral } from 'pg';

/** What custody.disclosed is told besides the sealed context. */
export interface Disclosure {
  requestId: string;
  addressClass: string;
}

/** The disclosure as SQL text, so that it travels in one message with COMMIT. Subjects are sorted and named once. */
export function disclosedSql(
  { requestId, addressClass }: Disclosure,
  rows: number,
  subjectIds: readonly string[],
): string {
  const ids = BigInt64Array.from(new Set(subjectIds), BigInt).sort();
  return (
    `SELECT custody.disclosed(${escapeLiteral(requestId)}, ${escapeLiteral(addressClass)}, ` +
    `${Number(rows)}, '{${ids.join()}}')`
  );
}
