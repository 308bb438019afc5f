import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { canonicalJson } from '../../src/ledger/canonical-json.js';
import { isConsistent, leafHash, rootByInclusion } from '../../src/ledger/merkle.rules.js';
import { openCheckpoint, type Checkpoint } from '../../src/ledger/signed-note.rules.js';
import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, createPerson, putney } from '../support/people.js';
import { runRosette } from '../support/rosette-command.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Proof {
  position: number;
  salt: string;
  event: Record<string, unknown>;
  inclusionProof: string[];
  checkpoint: string;
  publicKeys: string[];
}
interface Certified extends Proof {
  certificate: Record<string, unknown>;
}
interface Answered {
  id: string;
  epoch: number;
  inForceAt: string;
  completeAt: string;
  certificateUrl: string | null;
}

const decoded = (hashes: string[]) => hashes.map((hash) => Buffer.from(hash, 'base64'));
const opened = (note: string, keys: string[]) => {
  const checkpoint = openCheckpoint(note, keys);
  if (typeof checkpoint === 'string') throw new Error(checkpoint);
  return checkpoint;
};
const rootOf = ({ position, salt, event, inclusionProof }: Proof, { size }: Checkpoint) =>
  rootByInclusion(
    leafHash(Buffer.from(salt, 'base64'), Buffer.from(canonicalJson(event))),
    position,
    size,
    decoded(inclusionProof),
  );
const expectProved = (proof: Proof) => {
  const checkpoint = opened(proof.checkpoint, proof.publicKeys);
  expect(rootOf(proof, checkpoint)).toEqual(checkpoint.root);
};

describe('The record', () => {
  let database: TestDatabase;
  let server: TestServer;
  let asSecretary: ApiClient;
  let asOfficer: ApiClient;
  let asOrganiser: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    await createElectorsAndMembers(database.admin, putney, 3);
    asSecretary = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
    asOfficer = new ApiClient(server.url, await createPerson(database, { role: 'data-protection-officer' }));
    const organiser = { role: 'organiser', constituencyId: putney, purposes: ['voter-contact'] } as const;
    const person = await createPerson(database, { ...organiser, purposes: [...organiser.purposes] });
    asOrganiser = new ApiClient(server.url, person, 'voter-contact');
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const order = (target: object, key: string = randomUUID()) =>
    asSecretary.post<Answered>('/v1/suspensions', { target, reason: 'a test' }, { 'idempotency-key': key });
  const certificateOf = async (id: string, as = asOfficer) =>
    (await as.get<Certified>(`/v1/suspensions/${id}/certificate`)).body;

  it('proves what somebody saw, to who may read the record, and records that he read it', async () => {
    expect((await asOrganiser.get(`/v1/electors?constituencyId=${putney}`)).status).toBe(200);
    const { body } = await asOfficer.get<{ items: { id: string; subjectIds: string[] }[] }>(
      '/v1/disclosures?limit=1',
    );
    const [seen] = body.items;
    const { status, body: proof } = await asOfficer.get<Proof>(`/v1/disclosures/${seen!.id}/proof`);
    expect(status).toBe(200);
    expect(proof.event).toMatchObject({ record: 'disclosure', id: seen!.id, subjectIds: seen!.subjectIds });
    expectProved(proof);
    const { body: actions } = await asOfficer.get<{ items: { id: string; detail: object }[] }>(
      '/v1/actions?limit=3',
    );
    expect(actions.items.map(({ detail }) => detail)).toContainEqual({ proof: 'disclosure' });
    expectProved((await asOfficer.get<Proof>(`/v1/actions/${actions.items[0]!.id}/proof`)).body);
    for (const path of [`/v1/actions/${seen!.id}/proof`, `/v1/disclosures/${randomUUID()}/proof`])
      expect((await asOfficer.get(path)).status).toBe(404);
    expect((await asOrganiser.get(`/v1/disclosures/${seen!.id}/proof`)).status).toBe(403);
    expect((await asSecretary.get(`/v1/disclosures/${seen!.id}/proof`)).status).toBe(403);
  });

  it('has a certificate for a suspension, in the answer and in force, that says what was proved', async () => {
    const key = randomUUID();
    const { status, body } = await order({ kind: 'tool', id: 'organise' }, key);
    expect(status).toBe(201);
    expect(body.certificateUrl).toBe(`/v1/suspensions/${body.id}/certificate`);
    const proof = await certificateOf(body.id);
    expectProved(proof);
    expect(proof.event).toMatchObject({ record: 'action', action: 'suspension.certify', targetId: body.id });
    expect(proof.event['detail']).toEqual(proof.certificate);
    expect(proof.certificate).toMatchObject({
      form: 'rosette-flip/1',
      epoch: body.epoch,
      suspensionId: body.id,
      scopes: [{ kind: 'tool', id: 'organise', gen: 1 }],
      order: { by: 'account' },
      completeAt: body.completeAt,
      members: [{ how: 'drained', leaseMs: 2000 }],
      database: { terminated: 0 },
      bound: { leaseMs: 2000, rhoPpm: 1000, waitMs: 2005 },
      durability: { synchronousCommit: expect.any(String) as string },
      deployment: { tls: false, proxies: [] },
    });
    expect(Date.parse(proof.certificate['inForceAt'] as string)).toBe(Date.parse(body.inForceAt));
    expect(await order({ kind: 'tool', id: 'organise' }, key)).toMatchObject({ status: 201, body });
    expect((await asOrganiser.get(body.certificateUrl!)).status).toBe(403);
  });

  it('shows certificates while everything is suspended, the first one against every later checkpoint', async () => {
    const first = await order({ kind: 'area', id: putney });
    const { body } = await order({ kind: 'all' });
    expectProved(await certificateOf(body.id));
    const [earlier, later] = [
      await certificateOf(first.body.id),
      await certificateOf(first.body.id, asSecretary),
    ];
    expectProved(earlier);
    expect(opened(later.checkpoint, later.publicKeys).size).toBeGreaterThanOrEqual(
      opened(earlier.checkpoint, earlier.publicKeys).size,
    );
    expect((await asOfficer.get(`/v1/suspensions/${randomUUID()}/certificate`)).status).toBe(404);
  });

  it('goes on from each of its checkpoints, which are paged newest first', async () => {
    const page = async (query: string) =>
      (
        await asOfficer.get<{ items: { size: number; root: string; note: string }[]; next: string | null }>(
          `/v1/checkpoints${query}`,
        )
      ).body;
    const { items } = await page('?limit=100');
    const [newest, oldest] = [items[0]!, items.at(-1)!];
    const { next, items: first } = await page('?limit=1');
    expect(first).toEqual([newest]);
    expect((await page(`?limit=1&after=${next}`)).items).toEqual([items[1]]);
    for (const older of [oldest, items[1]!, newest]) {
      const { body } = await asOfficer.get<{
        older: string;
        newer: string;
        consistencyProof: string[];
        publicKeys: string[];
      }>(`/v1/checkpoints/${newest.size}/proof?since=${older.size}`);
      const [from, to] = [opened(body.older, body.publicKeys), opened(body.newer, body.publicKeys)];
      expect(from.root.toString('base64')).toBe(older.root);
      expect(isConsistent(from, to, decoded(body.consistencyProof))).toBe(true);
    }
    for (const [size, since] of [
      [oldest.size, newest.size],
      [newest.size + 1, 1],
      [-1, 1],
    ] as const)
      expect((await asOfficer.get(`/v1/checkpoints/${size}/proof?since=${since}`)).status).toBe(404);
    expect((await asOfficer.get(`/v1/checkpoints/${newest.size}/proof`)).status).toBe(400);
  });

  it('answers 202 where a flip is proved but its certificate cannot be sealed, and 201 to a repeat when it is', async () => {
    const key = randomUUID();
    // Nobody may end this one: it is no session of the API role.
    const stuck = new Client({ connectionString: database.url('superuser') });
    await stuck.connect();
    await stuck.query('BEGIN; SELECT ledger.seal(0)');
    const early = await order({ kind: 'tool', id: 'organise' }, key);
    expect(early).toMatchObject({ status: 202, body: { certificateUrl: null } });
    expect(early.body.completeAt).not.toBeNull();
    await stuck.query('ROLLBACK');
    await stuck.end();
    const late = await order({ kind: 'tool', id: 'organise' }, key);
    expect(late).toMatchObject({
      status: 201,
      body: { ...early.body, certificateUrl: expect.any(String) as string },
    });
  });

  it('is exported by the operator from a certificate on, and all of it holds without network or database', async () => {
    // Other tools go on, and their disclosures stand after the certificate.
    const { body } = await asOfficer.get<{ items: { id: string }[] }>('/v1/suspensions?limit=500');
    const first = body.items.at(-1)!.id;
    const folder = database.environment.ROSETTE_DATA_DIR;
    mkdirSync(folder, { recursive: true });
    const keep = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const proof = await certificateOf(first);
    const { MIGRATION_DATABASE_URL, DATABASE_URL } = database.environment;
    const exported = await runRosette(
      { MIGRATION_DATABASE_URL, DATABASE_URL },
      'record',
      '--suspension',
      first,
    );
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    const files = [
      keep('record.ndjson', exported.stdout),
      keep('certificate.json', JSON.stringify(proof, null, 2)),
      keep('checkpoint.txt', proof.checkpoint),
    ];
    const key = ['--key', proof.publicKeys[0]!];
    const verified = await runRosette({}, 'verify', ...files, ...key);
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(verified.stdout).toMatch(
      /entries from \d+ on are what was signed, 0 of them erased, [1-9]\d* certificates/,
    );
    const forged = exported.stdout
      .replace('"general-secretary"', '"administrator"')
      .replace('"tool":null', '"tool":1')
      .replace('"done"', '"dune"');
    const refused = await runRosette({}, 'verify', keep('forged.ndjson', forged), files[1]!, ...key);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/REJECTED: .*forged/);
  });
});
