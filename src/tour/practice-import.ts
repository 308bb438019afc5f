/**
 * In charge of the imports of the practice register: waiting for one, and taking back all that are there, also those of a
 * tour that was broken off. They are known by the electoral registration officer, who is made up.
 */
import type { Tour } from './cast.js';
import { practiceEro, practiceSeat } from './practice-register.js';
import { count, expect, type Schemas } from './story.js';

type Import = Schemas['RegisterImport'];
type State = Import['state'];
const over: readonly State[] = ['failed', 'cancelled'];

export async function reached({ story, people }: Tour, id: string, state: Import['state']): Promise<Import> {
  const found = await story.until(
    () => people['data-officer'].get<Import>(`/v1/register-imports/${id}`),
    (now) => now.state === state || over.includes(now.state),
    (now) => `${now.state}, ${count(now.rowsRead)} rows read`,
  );
  expect(
    found.state === state,
    `The import ${found.state}: ${found.errorDetail ?? 'no reason given'}`,
    found,
  );
  return found;
}

/** Newest first, as the server demands it; answers how many had taken effect. */
export async function takeBackPractice(tour: Tour): Promise<number> {
  const officer = tour.people['data-officer'];
  let undone = 0;
  for (const { id } of await practiceImports(tour)) {
    const path = `/v1/register-imports/${id}`;
    const { state } = await tour.story.until(
      () => officer.get<Import>(path),
      (now) => isAtRest(now.state),
      (now) => now.state,
    );
    if (state === 'staged' || state === 'receiving') await officer.post(`${path}/cancel`);
    if (state !== 'committed') continue;
    await officer.post(`${path}/undo`);
    await reached(tour, id, 'undone');
    undone += 1;
  }
  return undone;
}

/** Those that there is still something to take back of. A tool that was suspended a moment ago is waited for. */
async function practiceImports({ story, people }: Tour): Promise<Import[]> {
  const path = `/v1/register-imports?constituencyId=${practiceSeat.constituencyId}&limit=100`;
  const { body } = await story.until(
    () => people['data-officer'].ask<Schemas['RegisterImportPage']>('GET', path),
    ({ status }) => status === 200,
    ({ status }) => `the imports of ${practiceSeat.name} were answered ${status}`,
    20_000,
  );
  return body.items.filter(
    ({ ero, state }) => ero === practiceEro && state !== 'undone' && !over.includes(state),
  );
}

function isAtRest(state: State): boolean {
  return ['receiving', 'staged', 'committed', 'undone', ...over].includes(state);
}
