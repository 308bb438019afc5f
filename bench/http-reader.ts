/** People who page through HTTP at the same time, each over a kept connection of his own. */
import type { Person } from '../test/support/people.js';
import { bodyOf, HttpConnection } from './http-connection.js';

export interface HttpReader {
  connection: HttpConnection;
  person: Person;
}

export function openReaders(url: string, people: readonly Person[]): Promise<HttpReader[]> {
  return Promise.all(people.map(async (person) => ({ person, connection: await HttpConnection.open(url) })));
}

/** A fast wrong answer must not win. */
export async function pageThroughHttp({ connection, person }: HttpReader, path: string): Promise<void> {
  const answer = await connection.get(path, { ...person.headers, 'data-purpose': 'voter-contact' });
  const electors = countOf(bodyOf(answer), elector);
  if (electors !== 50) throw new Error(`A page of ${electors}: ${answer.toString('utf8').slice(0, 1_200)}`);
}

const elector = Buffer.from('"electorNumber":"');

/** Counted, not parsed: parsing costs the client as much as some of what is measured. */
function countOf(answer: Buffer, part: Buffer): number {
  let count = 0;
  for (let at = answer.indexOf(part); at >= 0; at = answer.indexOf(part, at + part.length)) count += 1;
  return count;
}
