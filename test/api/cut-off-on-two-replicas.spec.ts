import { randomUUID } from 'node:crypto';
import { createElectorsAndMembers, createPerson, putney, type Person } from '../support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../support/replica-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('Two replicas over one database', () => {
  let database: TestDatabase;
  let replicas: ReplicaProcess[];
  let secretary: Person;
  let organiser: Person;
  let clerk: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 60);
    secretary = await createPerson(database, { role: 'general-secretary' });
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    clerk = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['membership-administration'],
    });
    replicas = await Promise.all([1, 2].map(() => startReplicaProcess(database.environment)));
  }, 60_000);

  afterAll(async () => {
    expect(await Promise.all(replicas.map((replica) => replica.stop()))).toEqual([0, 0]);
    await database.drop();
  });

  const electors = (replica: number) =>
    fetch(`${replicas[replica]?.url}/v1/electors?constituencyId=${putney}`, {
      headers: { ...organiser.headers, 'data-purpose': 'voter-contact' },
    });
  const members = (replica: number) =>
    fetch(`${replicas[replica]?.url}/v1/members?constituencyId=${putney}`, {
      headers: { ...clerk.headers, 'data-purpose': 'membership-administration' },
    });
  const order = async (replica: number, tool: string): Promise<string> => {
    const answer = await fetch(`${replicas[replica]?.url}/v1/suspensions`, {
      method: 'POST',
      headers: { ...secretary.headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify({ target: { kind: 'tool', id: tool }, reason: 'a member has left the party' }),
    });
    expect(answer.status).toBe(201);
    const ordered = (await answer.json()) as { id: string; replicas: { how: string }[] };
    expect(ordered.replicas.map(({ how }) => how)).toEqual(['drained', 'drained']);
    return ordered.id;
  };

  it('cuts one tool off on both, at once, and leaves the other running', async () => {
    for (const replica of [0, 1]) {
      expect((await electors(replica)).status).toBe(200);
      expect((await members(replica)).status).toBe(200);
    }

    await order(0, 'contact-creator');
    const refusals = await Promise.all([1, 0, 1, 0, 1].map(electors));
    for (const refusal of refusals) {
      expect(refusal.status).toBe(503);
      expect(await refusal.json()).toMatchObject({ code: 'tool-suspended' });
    }
    expect((await members(1)).status).toBe(200);

    await order(1, 'organise');
    for (const refusal of await Promise.all([0, 1].map(members))) expect(refusal.status).toBe(503);
  });
});
