import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { createControllerProfile } from '../support/controller-profile.js';
import { emptyRegisters } from '../support/empty-tables.js';
import { RegisterDesk, type RegisterImport } from '../support/imported-register.js';
import { createPerson, putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Count {
  electors: number;
  excluded: { reason: string; electors: number }[];
}

const header =
  'PDCode,RollNo,ElectorTitle,ElectorSurname,ElectorForename,ElectorMiddleName,IERStatus,DateOfAttainment,FranchiseMarker,' +
  'RegisteredAddress1,RegisteredAddress2,RegisteredAddress3,RegisteredAddress4,RegisteredAddress5,RegisteredAddress6,' +
  'PostCode,Euro,Parl,County,Ward,SubHouse,House,MethodOfVerification,ElectorID,UPRN';
const row = (number: string, name: string, address: string, id = '') =>
  `KA,${number},,${name},,,,,${address},London,,,,,SW15 1AA,,,,,,,,${id},`;
const neighbour = row('2', 'Sample,Nell', '2 Acacia Road', 'E2');
const olive = (address: string) => row('1', 'Example,Olive', address, 'E1');

describe('Who has moved', () => {
  let database: TestDatabase;
  let server: TestServer;
  let desk: RegisterDesk;
  let organiser: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    desk = await RegisterDesk.open(database, server, putney);
    const person = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    await createControllerProfile(database.admin, person.accountId);
    organiser = new ApiClient(server.url, person, 'voter-contact');
  });

  // Each test finds an area without a register.
  afterEach(async () => {
    await emptyRegisters(database.admin);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const committed = async (...rows: string[]): Promise<RegisterImport> => {
    const done = await desk.import(`${[header, ...rows].join('\r\n')}\r\n`);
    expect(done).toMatchObject({ state: 'committed', errorDetail: null });
    return done;
  };
  const tell = async (outcome: string, daysAgo: number) => {
    const { rows } = await database.admin.query<{ id: string }>(
      `SELECT id::text FROM contact_creator.elector WHERE forename = 'Olive'`,
    );
    const answer = await organiser.post<{ contacts: { status: string }[] }>('/v1/contacts', {
      constituencyId: putney,
      contacts: [
        {
          id: randomUUID(),
          electorId: rows[0]!.id,
          method: 'doorstep',
          outcome,
          deviceAt: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
        },
      ],
    });
    expect(answer.body.contacts).toMatchObject([{ status: 'recorded' }]);
  };
  const count = async (): Promise<Count> =>
    (
      await organiser.post<Count>('/v1/selections/count', {
        constituencyId: putney,
        definition: { unit: 'person', base: { all: [] }, for: 'doorstep' },
      })
    ).body;
  const withoutHer = { electors: 1, excluded: [{ reason: 'moved', electors: 1 }] };
  const withHer = { electors: 2, excluded: [] };
  const differences = async () =>
    (await database.admin.query('SELECT * FROM contact_creator.derived_differences($1)', [putney])).rows;

  it('is found at the door where the next register has her, and not where she was if it is undone', async () => {
    await committed(olive('1 Acacia Road'), neighbour);
    await tell('moved', 60);
    expect(await count()).toMatchObject(withoutHer);
    const december = await committed(olive('9 Beech Road'), neighbour);
    expect(await count()).toMatchObject(withHer);
    expect(await differences()).toEqual([]);
    await desk.undo(december.id);
    expect(await count()).toMatchObject(withoutHer);
    expect(await differences()).toEqual([]);
  });

  it('stays away while the next register still has her where she was', async () => {
    await committed(olive('1 Acacia Road'), neighbour);
    await tell('moved', 60);
    await committed(olive('1 ACACIA ROAD'), neighbour);
    expect(await count()).toMatchObject(withoutHer);
    // From the new door, too, one can move.
    await committed(olive('9 Beech Road'), neighbour);
    await tell('moved', 45);
    expect(await count()).toMatchObject(withoutHer);
  });

  it('is not taken for dead by what was said before that', async () => {
    await committed(olive('1 Acacia Road'), neighbour);
    await tell('deceased', 70);
    await tell('moved', 60);
    await committed(olive('9 Beech Road'), neighbour);
    expect(await count()).toMatchObject(withHer);
    await tell('deceased', 50);
    expect(await count()).toMatchObject({ excluded: [{ reason: 'deceased', electors: 1 }] });
  });
});
