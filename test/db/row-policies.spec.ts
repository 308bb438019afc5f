import { tool } from '../../src/http/route.js';
import { FenceClient } from '../support/fence-client.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Tables that the API role writes itself: what their policies refuse, whatever statement it sends. */
describe('Row-level security', () => {
  let database: TestDatabase;
  let fence: FenceClient;
  let clerk: Person;
  let officer: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    for (const constituencyId of [putney, wimbledon]) {
      await createElectorsAndMembers(database.admin, constituencyId, 2);
      await database.admin.query(
        `INSERT INTO contact_creator.polling_station (constituency_id, id, place, address) VALUES ($1, 1, 'Hall', '1 High Street')`,
        [constituencyId],
      );
    }
    clerk = await createPerson(database, {
      role: 'membership-secretary',
      purposes: ['membership-administration'],
    });
    officer = await createPerson(database, { role: 'data-officer', purposes: ['voter-contact'] });
    fence = await FenceClient.connect(database);
  });

  afterAll(async () => {
    await fence.close();
    await database.drop();
  });

  const toMembers = (mode: 'read' | 'change') =>
    fence.enter(clerk, {
      reach: tool('organise'),
      mode,
      action: mode === 'read' ? 'member.read' : 'member.change',
      purpose: 'membership-administration',
      classes: ['identity', 'membership'],
      constituencyIds: [putney],
    });
  const toStations = (mode: 'read' | 'change') =>
    fence.enter(officer, {
      mode,
      action: mode === 'read' ? 'geography.browse' : 'geography.change',
      purpose: undefined,
      classes: [],
      constituencyIds: [putney],
    });
  /** Rows that the statement touches, or the SQLSTATE that refuses it. Nothing of it stays. */
  const touched = async (enter: () => Promise<void>, sql: string) => {
    await enter();
    let rows: number | null = null;
    const outcome = await fence.outcome(async () => (rows = (await fence.client.query(sql)).rowCount));
    return outcome === 'entered' ? rows : outcome;
  };
  const adding = (constituencyId: string) =>
    `INSERT INTO organise.member (constituency_id, membership_number, forename, surname) VALUES ('${constituencyId}', 'N', 'F', 'S')`;
  const changing = `UPDATE organise.member SET surname = 'Changed'`;
  const removing = 'DELETE FROM contact_creator.polling_station';

  it('lets a transaction sealed for changes change the rows of its area, and none beside', async () => {
    const change = () => toMembers('change');
    expect(await touched(change, adding(putney))).toBe(1);
    expect(await touched(change, adding(wimbledon))).toBe('42501');
    expect(await touched(change, changing)).toBe(2);
    expect(await touched(change, `${changing}, constituency_id = '${wimbledon}'`)).toBe('42501');
    expect(await touched(() => toStations('change'), removing)).toBe(1);
  });

  it('lets a transaction sealed for reading change nothing', async () => {
    const read = () => toMembers('read');
    expect(await touched(read, 'SELECT FROM organise.member')).toBe(2);
    expect(await touched(read, adding(putney))).toBe('42501');
    expect(await touched(read, changing)).toBe(0);
    expect(await touched(() => toStations('read'), removing)).toBe(0);
  });

  it('lets nothing be changed without the fence', async () => {
    const begin = async () => void (await fence.client.query('BEGIN'));
    expect(await touched(begin, adding(putney))).toBe('42501');
    expect(await touched(begin, changing)).toBe(0);
    expect(await touched(begin, removing)).toBe(0);
  });
});
