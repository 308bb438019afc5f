/**
 * The chapter of the data protection officer: who of the tour has seen whom, and for what, as the ledger has it.
 */
import type { Tour } from './cast.js';
import { expect, several, type Schemas } from './story.js';

interface Account {
  looks: number;
  rows: number;
  purposes: Set<string>;
}

export async function tellOfTheLedger(tour: Tour): Promise<void> {
  const { story } = tour;
  story.chapter('Who saw what');
  story.takeStep(
    'The data protection officer asks who has seen personal data since this tour began. Every look was written down before its first byte left.',
  );
  const accounts = new Map<string, Account>();
  for (const { accountId, rows, purpose } of await disclosures(tour)) {
    const account = accounts.get(accountId) ?? { looks: 0, rows: 0, purposes: new Set() };
    account.looks += 1;
    account.rows += rows;
    account.purposes.add(purpose);
    accounts.set(accountId, account);
  }
  const people = Object.entries(tour.people);
  for (const [role, { me, name }] of people) {
    const { looks, rows, purposes } = accounts.get(me.id) ?? { looks: 0, rows: 0, purposes: new Set() };
    const what =
      looks === 0
        ? 'nothing'
        : `${several(looks, 'time')}, ${several(rows, 'row')}: ${[...purposes].sort().join(', ')}`;
    story.answered(`${role.padEnd(24)} ${name.padEnd(16)} ${what}`);
  }
  const sees = (role: keyof Tour['people']) => accounts.has(tour.people[role].me.id);
  expect(
    sees('data-officer') && sees('organiser') && sees('canvasser') && sees('membership-secretary'),
    'Somebody who has seen personal data is missing.',
  );
  expect(
    !sees('general-secretary') && !sees('administrator') && !sees('data-protection-officer'),
    'Somebody who controls access has seen personal data.',
  );
  story.answered('Whoever controls access sees nobody.');
}

async function disclosures({ people, startedAt }: Tour): Promise<Schemas['Disclosure'][]> {
  const found: Schemas['Disclosure'][] = [];
  let after: string | null = '';
  while (after !== null) {
    const query = new URLSearchParams({
      since: startedAt.toISOString(),
      limit: '100',
      ...(after ? { after } : {}),
    });
    const path = `/v1/disclosures?${query.toString()}`;
    const page: Schemas['DisclosurePage'] = await people['data-protection-officer'].get(path);
    found.push(...page.items);
    after = page.next;
  }
  return found;
}
