import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { createControllerProfile } from '../support/controller-profile.js';
import { emptyRegisters } from '../support/empty-tables.js';
import { RegisterDesk, type RegisterImport } from '../support/imported-register.js';
import { createPerson, putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Elector {
  id: string;
  number: string;
  district: string;
  isCurrent: boolean;
  hasObjected: boolean;
}
interface Count {
  electors: number;
  excluded: { reason: string; electors: number }[];
}

const header =
  'PDCode,RollNo,ElectorTitle,ElectorSurname,ElectorForename,ElectorMiddleName,IERStatus,DateOfAttainment,FranchiseMarker,' +
  'RegisteredAddress1,RegisteredAddress2,RegisteredAddress3,RegisteredAddress4,RegisteredAddress5,RegisteredAddress6,' +
  'PostCode,Euro,Parl,County,Ward,SubHouse,House,MethodOfVerification,ElectorID,UPRN';
const row = (more: {
  number: string;
  name?: string;
  district?: string;
  address?: string;
  id?: string;
  uprn?: string;
}) => {
  const {
    number,
    name = 'Example,Olive',
    district = 'KA',
    address = '1 Acacia Road',
    id = '',
    uprn = '',
  } = more;
  return `${district},${number},,${name},,,,,${address},London,,,,,SW15 1AA,,,,,,,,${id},${uprn}`;
};
const neighbour = (number: string) => row({ number, name: 'Sample,Nell', address: '2 Acacia Road' });
const fileOf = (...rows: string[]) => `${[header, ...rows].join('\r\n')}\r\n`;

describe('Who objected', () => {
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

  const olives = async () =>
    (
      await database.admin.query<Elector>(
        `SELECT id::text, number_text AS number, number_prefix AS district, is_current AS "isCurrent",
                objected_at IS NOT NULL AS "hasObjected"
         FROM contact_creator.elector WHERE forename = 'Olive' ORDER BY id`,
      )
    ).rows;
  const committed = async (...rows: string[]): Promise<RegisterImport> => {
    const done = await desk.import(fileOf(...rows));
    expect(done).toMatchObject({ state: 'committed', errorDetail: null });
    return done;
  };
  /** Olive is on the register, with her neighbour, and has told a canvasser to leave her alone. */
  const objecting = async (more: { id?: string } = {}): Promise<Elector> => {
    await committed(row({ number: '1', ...more }), neighbour('2'));
    const [olive] = await olives();
    const answer = await organiser.post<{ contacts: { status: string }[] }>('/v1/contacts', {
      constituencyId: putney,
      contacts: [
        {
          id: randomUUID(),
          electorId: olive!.id,
          method: 'doorstep',
          outcome: 'do-not-contact',
          deviceAt: new Date(Date.now() - 60_000).toISOString(),
        },
      ],
    });
    expect(answer.body.contacts).toMatchObject([{ status: 'recorded' }]);
    return (await olives())[0]!;
  };
  const count = async (): Promise<Count> =>
    (
      await organiser.post<Count>('/v1/selections/count', {
        constituencyId: putney,
        definition: { unit: 'person', base: { all: [] }, for: 'doorstep' },
      })
    ).body;
  const withoutHer = { electors: 1, excluded: [{ reason: 'objected', electors: 1 }] };

  it('is left alone under the new number of the next register, and still when it is undone', async () => {
    const olive = await objecting();
    expect(await count()).toMatchObject(withoutHer);
    // Whoever has her old number now is somebody else.
    const december = await committed(neighbour('1'), row({ number: '17' }));
    expect(await olives()).toEqual([{ ...olive, number: '17' }]);
    expect(await count()).toMatchObject(withoutHer);
    await desk.undo(december.id);
    expect(await olives()).toEqual([olive]);
    expect(await count()).toMatchObject(withoutHer);
  });

  it.each([
    ['another polling district', { district: 'KB' }],
    ['a file that has the number of her property', { uprn: '100000000001' }],
    ['a file that prints everything in capitals', { name: 'EXAMPLE,OLIVE', address: '1 ACACIA ROAD' }],
  ])('is left alone in %s', async (_, change) => {
    const olive = await objecting();
    await committed(row({ number: '5', ...change }), neighbour('6'));
    const { rows } = await database.admin.query<{ id: string; objected: boolean }>(
      `SELECT id::text, objected_at IS NOT NULL AS objected FROM contact_creator.elector WHERE is_current AND number_text = '5'`,
    );
    expect(rows).toEqual([{ id: olive.id, objected: true }]);
    expect(await count()).toMatchObject(withoutHer);
  });

  it('is left alone at another address and under another name where the register says that it is she', async () => {
    const olive = await objecting({ id: 'E77' });
    await committed(
      row({ number: '30', name: 'Married,Olive', address: '9 Beech Road', id: 'E77' }),
      neighbour('2'),
    );
    expect(await olives()).toEqual([{ ...olive, number: '30' }]);
    expect(await count()).toMatchObject(withoutHer);
  });

  it('is left alone when she comes back after a register without her', async () => {
    const olive = await objecting();
    await committed(neighbour('1'));
    expect(await olives()).toEqual([{ ...olive, isCurrent: false }]);
    await committed(neighbour('1'), row({ number: '2' }));
    expect(await olives()).toEqual([{ ...olive, number: '2' }]);
    expect(await count()).toMatchObject(withoutHer);
  });
});
