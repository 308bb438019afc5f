/**
 * In charge of the two registers of the demonstration. They go through the importer's HTTP API as the data officer's
 * uploads, so that what is shown is what a party would see: jobs, counts, rows that were not stored.
 */
import { DemonstrationClient } from './demonstration-client.js';
import type { Demonstration } from './demonstration.js';
import { plannedRegisters, type PlannedRegister } from './demonstration-plan.js';
import { generateRegister } from './register-generator.js';

interface RegisterImport {
  id: string;
  state: string;
  publishedOn: string;
  isDryRun: boolean;
  rowsRead: number;
  counts: Record<string, number>;
  errorDetail: string | null;
}

const askEveryMs = 500;
const sayEveryMs = 3_000;
const over = ['committed', 'failed', 'cancelled', 'undone'];

export async function loadRegisters(demonstration: Demonstration): Promise<void> {
  const { accounts, baseUrl, say, electors } = demonstration;
  const officer = accounts.find(({ role }) => role === 'data-officer');
  if (!officer) throw new Error('the demonstration has no data officer');
  const client = await DemonstrationClient.signIn(baseUrl, officer, 'register-management');
  // Side by side: reading keeps this process busy, committing keeps PostgreSQL busy. One that fails stops no other.
  const loads = await Promise.allSettled(
    plannedRegisters.map((register) => loadRegister(client, register, electors, say)),
  );
  const failed = loads.find((load) => load.status === 'rejected');
  if (failed) throw failed.reason;
}

async function loadRegister(
  client: DemonstrationClient,
  register: PlannedRegister,
  electors: number,
  say: (line: string) => void,
): Promise<void> {
  const before = await importOf(client, register);
  if (before === 'no-importer') {
    say(`${register.name}: its register is left out: this server has no register import.`);
    return;
  }
  if (before?.state === 'committed') {
    say(`${register.name}: its register is there already`);
    return;
  }
  // An import that an earlier start left under way goes on by itself: its job is in the database.
  const id =
    before && !over.includes(before.state) ? before.id : await upload(client, register, electors, say);
  await follow(client, register, id, say);
}

/** The newest import of the planned register. */
async function importOf(
  client: DemonstrationClient,
  { constituencyId, publishedOn }: PlannedRegister,
): Promise<RegisterImport | 'no-importer' | undefined> {
  const { status, body } = await client.get<{ items?: RegisterImport[] }>(
    `/v1/register-imports?constituencyId=${constituencyId}`,
  );
  if (status === 404) return 'no-importer';
  if (status !== 200) throw refused('listing the register imports', status, body);
  return body.items?.find((item) => item.publishedOn === publishedOn && !item.isDryRun);
}

async function upload(
  client: DemonstrationClient,
  { constituencyId, name, ero, layout, seed, publishedOn }: PlannedRegister,
  electors: number,
  say: (line: string) => void,
): Promise<string> {
  say(`${name}: uploading a made-up register of ${electors.toLocaleString('en-GB')} electors`);
  const query = new URLSearchParams({
    constituencyId,
    ero,
    publishedOn,
    gateway: 'constituency-party',
    registerType: 'revised',
    dryRun: 'false',
  });
  const { status, body } = await client.upload<RegisterImport>(
    `/v1/register-imports?${query.toString()}`,
    generateRegister({ constituencyId, electors, seed, layout, publishedOn }),
  );
  if (status !== 201 && status !== 202) throw refused(`uploading the register of ${name}`, status, body);
  return body.id;
}

async function follow(
  client: DemonstrationClient,
  { name }: PlannedRegister,
  id: string,
  say: (line: string) => void,
): Promise<void> {
  let saidAt = performance.now();
  for (;;) {
    const { status, body } = await client.get<RegisterImport>(`/v1/register-imports/${id}`);
    if (status !== 200) throw refused(`asking after the register of ${name}`, status, body);
    const read = body.rowsRead.toLocaleString('en-GB');
    if (body.state === 'committed') {
      say(`${name}: the register is in: ${sentenceOf(body)}`);
      return;
    }
    if (over.includes(body.state))
      throw new Error(`the register of ${name} ${body.state}: ${body.errorDetail ?? 'no reason given'}`);
    if (performance.now() - saidAt >= sayEveryMs) {
      say(`${name}: ${read} rows read (${body.state})`);
      saidAt = performance.now();
    }
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}

/** `72,611 electors of 73,000 rows; 389 not kept, of children under 16`. */
export function sentenceOf({ counts }: Pick<RegisterImport, 'counts'>): string {
  const { rows = 0, accepted = 0, end = accepted, notStored = 0, rejected = 0, review = 0 } = counts;
  const left: [number, string][] = [
    [notStored, 'not kept, of children under 16'],
    [rejected, 'that cannot be read'],
    [review, 'waiting for a decision'],
  ];
  const more = left
    .filter(([count]) => count > 0)
    .map(([count, what]) => `; ${count.toLocaleString('en-GB')} ${what}`);
  return `${end.toLocaleString('en-GB')} electors of ${rows.toLocaleString('en-GB')} rows${more.join('')}`;
}

function refused(what: string, status: number, body: unknown): Error {
  return new Error(`${what} was answered ${status}: ${JSON.stringify(body)}`);
}
