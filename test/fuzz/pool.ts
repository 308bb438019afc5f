/**
 * What exists, so that a request that is right also hits something: ids by the name of a property, and by the place of
 * a path. Read as superuser, shortly before it is used.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { putney, wimbledon } from '../support/people.js';

/** Property and parameter names whose value names something. */
const kinds: Record<string, string> = {
  constituencyId: 'constituency',
  electorId: 'elector',
  doorId: 'door',
  streetId: 'street',
  pollingDistrictId: 'district',
  pollingStationId: 'station',
  roadGroupId: 'roadGroup',
  wardId: 'ward',
  selectionId: 'selection',
  listId: 'list',
  walkId: 'walk',
  memberId: 'member',
  branchId: 'branch',
  eventId: 'event',
  officeId: 'office',
  withOffice: 'office',
  accountId: 'account',
  representativeId: 'account',
  assignedTo: 'account',
  viCode: 'viCode',
  secondPreference: 'viCode',
  membershipNumber: 'newNumber',
  purpose: 'purpose',
  purposes: 'purpose',
  username: 'newAddress',
  version: 'undertaking',
};

export function kindByName(name: string): string | undefined {
  return kinds[name] ?? kinds[name.replace(/s$/, '')];
}

const here = `constituency_id = '${putney}'`;
/** Where imports are committed and undone: what everything else works on stays. */
const there = `constituency_id = '${wimbledon}'`;
const sqlByKind: Record<string, string> = {
  constituency: `SELECT unnest(ARRAY['${putney}', '${putney}', '${putney}', 'E14001586', 'W07000092', 'E99999999'])`,
  elector: `SELECT id FROM contact_creator.elector WHERE ${here} ORDER BY id LIMIT 25`,
  door: `SELECT id FROM contact_creator.door WHERE ${here} ORDER BY id LIMIT 20`,
  street: `SELECT id FROM contact_creator.street WHERE ${here} ORDER BY id LIMIT 20`,
  district: `SELECT id FROM contact_creator.polling_district WHERE ${here} ORDER BY id LIMIT 20`,
  station: `SELECT id FROM contact_creator.polling_station WHERE ${here} ORDER BY id LIMIT 20`,
  roadGroup: `SELECT id FROM contact_creator.road_group WHERE ${here} ORDER BY id LIMIT 20`,
  ward: `SELECT ward_id FROM geography.ward_constituency WHERE ${here} ORDER BY 1`,
  selection: `SELECT id FROM contact_creator.selection WHERE ${here} ORDER BY frozen_at DESC NULLS LAST LIMIT 10`,
  list: `SELECT id FROM contact_creator.list WHERE ${here} ORDER BY created_at LIMIT 10`,
  walk: `SELECT id FROM contact_creator.walk WHERE ${here} ORDER BY id LIMIT 20`,
  member: `SELECT id FROM organise.member WHERE ${here} ORDER BY id LIMIT 20`,
  branch: `SELECT id FROM organise.branch WHERE ${here} ORDER BY id LIMIT 10`,
  event: `SELECT id FROM organise.event WHERE ${here} ORDER BY starts_at DESC LIMIT 10`,
  office: `SELECT id FROM access.office ORDER BY id LIMIT 10`,
  account: `SELECT id FROM identity.account WHERE kind = 'person' AND username LIKE 'person-%' ORDER BY created_at DESC LIMIT 10`,
  viCode: `SELECT code FROM contact_creator.voting_intention_code ORDER BY 1`,
  newNumber: `SELECT gen_random_uuid() FROM generate_series(1, 31)`,
  newAddress: `SELECT gen_random_uuid() || '@example.org' FROM generate_series(1, 31)`,
  purpose: `SELECT code FROM protection.purpose ORDER BY 1`,
  undertaking: `SELECT max(version)::text FROM protection.undertaking`,
};

/** As the page that was bundled names its own. */
function pageFiles(): string {
  const names = JSON.parse(
    readFileSync(join(__dirname, '../../dist/control-room/files.json'), 'utf8'),
  ) as object;
  return Object.values(names)
    .map((name) => `'${name}'`)
    .join();
}

/** Where a path leads; the longest beginning that fits counts. Columns are named after parameters. */
const targets: Record<string, string> = {
  '/control-room/{file}': `SELECT unnest(ARRAY['files.json', ${pageFiles()}]) AS file`,
  '/docs/{file}': `SELECT unnest(ARRAY['swagger-ui.css', 'swagger-ui-bundle.js', 'index.css']) AS file`,
  '/problems/{code}': `SELECT unnest(ARRAY['not-found', 'internal', 'toString']) AS code`,
  '/v1/api-clients/{id}': `SELECT id FROM identity.account WHERE kind = 'client' AND username LIKE 'spare-%' ORDER BY created_at DESC LIMIT 3`,
  '/v1/users/{id}': `SELECT id FROM identity.account WHERE username LIKE 'spare-%' AND kind = 'person' ORDER BY created_at DESC LIMIT 3`,
  '/v1/users/{id}/grants/{grantId}': `SELECT account_id AS id, id AS "grantId" FROM access.role_grant g
     WHERE ended_at IS NULL AND EXISTS (SELECT FROM identity.account a WHERE a.id = account_id AND username LIKE 'spare-%') ORDER BY created_at DESC LIMIT 3`,
  '/v1/users/{id}/grants/{grantId}/approve': `SELECT account_id AS id, id AS "grantId" FROM access.role_grant
     WHERE approved_at IS NULL AND ended_at IS NULL ORDER BY created_at DESC LIMIT 3`,
  '/v1/sessions/{id}': `SELECT id FROM identity.session WHERE ended_at IS NULL ORDER BY created_at DESC LIMIT 2`,
  '/v1/offices/{id}': `SELECT id FROM access.office ORDER BY id LIMIT 10`,
  '/v1/offices/{id}/members/{accountId}': `SELECT office_id AS id, account_id AS "accountId" FROM access.office_member WHERE until_at IS NULL LIMIT 5`,
  '/v1/suspensions/{id}': `SELECT id FROM ks.suspension ORDER BY ordered_at DESC LIMIT 5`,
  '/v1/checkpoints/{size}/proof': `SELECT size FROM ledger.checkpoint ORDER BY size DESC LIMIT 5`,
  '/v1/disclosures/{id}/proof': `SELECT id FROM ledger.disclosure ORDER BY at DESC LIMIT 5`,
  '/v1/actions/{id}/proof': `SELECT id FROM ledger.action ORDER BY at DESC LIMIT 5`,
  '/v1/purposes/{code}': `SELECT code FROM protection.purpose`,
  '/v1/deposits/{id}': `SELECT id FROM quarantine.deposit ORDER BY received_at DESC LIMIT 3`,
  '/v1/unsubscribe/{token}': `SELECT 'x' AS token`,
  '/v1/constituencies/{id}': `SELECT '${putney}' AS id`,
  '/v1/electors/{id}': `SELECT id, constituency_id AS "constituencyId" FROM contact_creator.elector WHERE ${here} ORDER BY id LIMIT 25`,
  '/v1/register-imports/{id}': `SELECT id FROM contact_creator.register_import ORDER BY requested_at DESC LIMIT 5`,
  '/v1/register-imports/{id}/commit': `SELECT id FROM contact_creator.register_import WHERE ${there} AND state = 'staged' ORDER BY requested_at DESC LIMIT 2`,
  '/v1/register-imports/{id}/cancel': `SELECT id FROM contact_creator.register_import WHERE ${there} AND state = 'staged' ORDER BY requested_at DESC LIMIT 2`,
  '/v1/register-imports/{id}/undo': `SELECT id FROM contact_creator.register_import WHERE ${there} AND state = 'committed' ORDER BY committed_at DESC LIMIT 1`,
  '/v1/register-imports/{id}/rows/{line}/decision': `SELECT i.id, line FROM contact_creator.register_import i
     JOIN contact_creator.register_import_row r ON r.constituency_id = i.constituency_id AND r.import_id = i.id
     WHERE i.${there} AND state = 'committed' AND outcome = 'review' ORDER BY committed_at DESC LIMIT 5`,
  '/v1/polling-districts/{id}': `SELECT id, constituency_id AS "constituencyId" FROM contact_creator.polling_district WHERE ${here} ORDER BY id LIMIT 10`,
  '/v1/polling-stations/{id}': `SELECT id, constituency_id AS "constituencyId" FROM contact_creator.polling_station WHERE ${here} ORDER BY id DESC LIMIT 10`,
  '/v1/road-groups/{id}': `SELECT id, constituency_id AS "constituencyId" FROM contact_creator.road_group WHERE ${here} ORDER BY id LIMIT 10`,
  '/v1/streets/{id}': `SELECT id, constituency_id AS "constituencyId" FROM contact_creator.street WHERE ${here} ORDER BY id LIMIT 10`,
  '/v1/selections/{id}': `SELECT id, constituency_id AS "constituencyId" FROM contact_creator.selection WHERE ${here} ORDER BY created_at DESC LIMIT 6`,
  '/v1/lists/{id}': `SELECT id, constituency_id AS "constituencyId" FROM contact_creator.list WHERE ${here} ORDER BY created_at LIMIT 6`,
  '/v1/walks/{id}': `SELECT id, constituency_id AS "constituencyId" FROM contact_creator.walk WHERE ${here} ORDER BY id LIMIT 10`,
  '/v1/contacts/{id}': `SELECT id FROM contact_creator.contact WHERE ${here} AND ended_at IS NULL ORDER BY recorded_at DESC LIMIT 10`,
  '/v1/exports/{id}': `SELECT id, constituency_id AS "constituencyId" FROM contact_creator.export WHERE ${here} ORDER BY created_at DESC LIMIT 4`,
  '/v1/voting-intention-codes/{id}': `SELECT id FROM contact_creator.voting_intention_code ORDER BY id LIMIT 10`,
  '/v1/members/{id}': `SELECT id, constituency_id AS "constituencyId" FROM organise.member WHERE ${here} ORDER BY id LIMIT 10`,
  '/v1/branches/{id}': `SELECT id, constituency_id AS "constituencyId" FROM organise.branch WHERE ${here} ORDER BY id LIMIT 10`,
  '/v1/role-holders/{id}': `SELECT id, constituency_id AS "constituencyId" FROM organise.role_holder WHERE ${here} ORDER BY id LIMIT 10`,
  '/v1/member-imports/{id}': `SELECT id FROM organise.member_import ORDER BY requested_at DESC LIMIT 5`,
  '/v1/member-imports/{id}/commit': `SELECT id FROM organise.member_import WHERE ${there} AND state = 'staged' ORDER BY requested_at DESC LIMIT 2`,
  '/v1/member-imports/{id}/cancel': `SELECT id FROM organise.member_import WHERE ${there} AND state = 'staged' ORDER BY requested_at DESC LIMIT 2`,
  '/v1/events/{id}': `SELECT id, constituency_id AS "constituencyId" FROM organise.event WHERE ${here} AND state = 'planned' AND ends_at > now() ORDER BY starts_at DESC LIMIT 6`,
  '/v1/sign-ups/{id}': `SELECT id, constituency_id AS "constituencyId" FROM organise.sign_up WHERE ${here}
     AND event_id IN (SELECT id FROM organise.event WHERE ${here} AND state = 'planned' AND ends_at > now()) ORDER BY signed_up_at DESC LIMIT 6`,
  '/v1/mailings/{id}': `SELECT id, constituency_id AS "constituencyId" FROM organise.mailing WHERE ${here} ORDER BY created_at DESC LIMIT 6`,
};

export type Target = Record<string, string>;

export class Pool {
  private readonly ids = new Map<string, string[]>();

  constructor(private readonly admin: Client) {}

  async refresh(): Promise<void> {
    for (const [kind, sql] of Object.entries(sqlByKind)) {
      const { rows } = await this.admin.query<string[]>({ text: sql, rowMode: 'array' });
      this.ids.set(
        kind,
        rows.map(([id]) => String(id)),
      );
    }
  }

  /** What a path can lead to; empty where it has no parameter. Throws where nobody has said where to find something. */
  async targets(path: string): Promise<Target[]> {
    if (!path.includes('{')) return [];
    const sql = Object.entries(targets)
      .filter(([beginning]) => path.startsWith(beginning))
      .sort(([one], [other]) => other.length - one.length)[0]?.[1];
    if (sql === undefined) throw new Error(`say in pool.ts what ${path} can lead to`);
    const { rows } = await this.admin.query<Record<string, unknown>>(sql);
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, id]) => [name, String(id)])));
  }

  /** A value with every reference in it replaced. */
  resolved(value: unknown): unknown {
    if (typeof value === 'string') {
      const [, kind, n] = /^@(\w+):(\d+)$/.exec(value) ?? [];
      const ids = kind === undefined ? undefined : this.ids.get(kind);
      if (!ids) return value;
      return ids.length === 0 ? '0' : ids[Number(n) % ids.length];
    }
    if (Array.isArray(value)) return value.map((element) => this.resolved(element));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, this.resolved(element)]));
  }
}
