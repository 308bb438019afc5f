import { ACTION_REACHES, ROLES, TOOLS } from '../config/vocabulary.js';
import {
  excessOfGift,
  faultsInArea,
  faultsInPurposes,
  faultsInRenewal,
  faultsInTenure,
  isGivableBy,
  type GiversGrant,
} from './grant.rules.js';

import { permissions, roleRules } from './permissions.js';

const now = Date.parse('2026-03-01T12:00:00Z');
const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString();
const pointers = (faults: { pointer: string }[]) => faults.map(({ pointer }) => pointer);

/** By default a national organiser's, for another week. */
const held = (grant: Partial<GiversGrant>): GiversGrant => ({
  role: 'organiser',
  constituencyId: null,
  purposes: ['voter-contact'],
  untilAt: new Date(now + 7 * 86_400_000),
  ...grant,
});

describe('A grant', () => {
  it('of any role is given by an administrator or a general secretary', () => {
    for (const role of ['administrator', 'general-secretary'] as const) {
      const grants = [held({ role, purposes: [] })];
      expect(ROLES.filter((given) => !isGivableBy(grants, given, null))).toEqual([]);
    }
  });

  it('is given by an organiser to canvassers of his own areas alone', () => {
    const local = [held({ constituencyId: 'E14001434' })];
    expect(isGivableBy(local, 'canvasser', 'E14001434')).toBe(true);
    expect(isGivableBy(local, 'canvasser', 'E14001586')).toBe(false);
    expect(isGivableBy(local, 'canvasser', null)).toBe(false);
    expect(ROLES.filter((role) => isGivableBy(local, role, 'E14001434'))).toEqual(['canvasser']);
    const national = [held({})];
    expect(isGivableBy(national, 'canvasser', 'E14001586')).toBe(true);
    expect(isGivableBy(national, 'canvasser', null)).toBe(true);
  });

  it.each([
    'canvasser',
    'candidate',
    'data-officer',
    'membership-secretary',
    'data-protection-officer',
  ] as const)('is not given by a %s', (role) => {
    expect(ROLES.filter((given) => isGivableBy([held({ role })], given, null))).toEqual([]);
  });

  it('has no purpose that its giver lacks there, and lasts no longer than his own', () => {
    const gift = {
      role: 'canvasser',
      constituencyId: 'E14001434',
      purposes: ['voter-contact'],
      untilAt: inDays(7),
    } as const;
    const excess = (
      grants: GiversGrant[],
      changes: Partial<typeof gift | { purposes: string[]; untilAt: string }>,
    ) => excessOfGift(grants, { ...gift, ...changes });
    expect(excess([held({})], {})).toBeUndefined();
    expect(excess([held({})], { purposes: [] })).toBeUndefined();
    expect(excess([held({})], { untilAt: inDays(7.001) })).toMatch(/lasts that long/);
    expect(excess([held({})], { purposes: ['voter-contact', 'register-management'] })).toMatch(
      /register-management/,
    );
    const elsewhere = held({ constituencyId: 'E14001586', purposes: ['register-management'] });
    expect(excess([held({}), elsewhere], { purposes: ['register-management'] })).toMatch(
      /register-management/,
    );
    const giveless = held({
      role: 'data-officer',
      purposes: ['register-management'],
      untilAt: new Date(inDays(300)),
    });
    expect(excess([held({}), giveless], { purposes: ['register-management'] })).toMatch(
      /register-management/,
    );
    expect(excess([held({}), giveless], { untilAt: inDays(300) })).toMatch(/lasts that long/);
    const longer = held({ purposes: ['register-management'], untilAt: new Date(inDays(30)) });
    expect(
      excess([held({}), longer], { purposes: ['voter-contact', 'register-management'] }),
    ).toBeUndefined();
    expect(excess([held({}), longer], { untilAt: inDays(30) })).toMatch(/voter-contact/);
    expect(
      excess([held({}), longer], { purposes: ['register-management'], untilAt: inDays(30) }),
    ).toBeUndefined();
  });

  it('is given by whoever controls access for any purpose and time, and approved by nobody else', () => {
    const approvers = ROLES.filter((role) => permissions[role].includes('grant.approve'));
    expect(approvers).toEqual(['general-secretary', 'administrator']);
    const gift = {
      role: 'organiser',
      constituencyId: null,
      purposes: ['voter-contact'],
      untilAt: inDays(366),
    } as const;
    for (const role of approvers) {
      const grants = [held({ role, purposes: [] })];
      expect(excessOfGift(grants, gift)).toBeUndefined();
    }
  });

  it('names a constituency exactly where one is meant', () => {
    expect(pointers(faultsInArea('organiser', { kind: 'constituency' }))).toEqual(['/area/constituencyId']);
    expect(pointers(faultsInArea('organiser', { kind: 'everywhere', constituencyId: 'E14001434' }))).toEqual([
      '/area/constituencyId',
    ]);
    expect(
      pointers(faultsInArea('administrator', { kind: 'constituency', constituencyId: 'E14001434' })),
    ).toEqual(['/area/kind']);
    expect(faultsInArea('organiser', { kind: 'constituency', constituencyId: 'E14001434' })).toEqual([]);
    expect(faultsInArea('administrator', { kind: 'everywhere' })).toEqual([]);
  });

  it('lasts at most 366 days, from now or later', () => {
    expect(faultsInTenure(now, undefined, inDays(366))).toEqual([]);
    expect(pointers(faultsInTenure(now, undefined, inDays(366.01)))).toEqual(['/untilAt']);
    expect(faultsInTenure(now, inDays(300), inDays(666))).toEqual([]);
    expect(pointers(faultsInTenure(now, inDays(367), inDays(368)))).toEqual(['/fromAt']);
    expect(pointers(faultsInTenure(now, inDays(-1), inDays(3)))).toEqual(['/fromAt']);
    expect(pointers(faultsInTenure(now, inDays(3), inDays(3)))).toEqual(['/untilAt']);
    expect(pointers(faultsInTenure(now, undefined, inDays(-1)))).toEqual(['/untilAt']);
  });

  it('is renewed to a later end, within 366 days of now', () => {
    const endsAt = new Date(now + 30 * 86_400_000);
    expect(faultsInRenewal(now, endsAt, inDays(366))).toEqual([]);
    expect(pointers(faultsInRenewal(now, endsAt, inDays(367)))).toEqual(['/untilAt']);
    expect(pointers(faultsInRenewal(now, endsAt, inDays(30)))).toEqual(['/untilAt']);
  });

  it('carries live purposes of the tools of its role', () => {
    const live = [
      { code: 'voter-contact', tools: ['contact-creator'] as const },
      { code: 'member-communication', tools: ['organise'] as const },
    ];
    expect(faultsInPurposes('organiser', ['voter-contact'], live)).toEqual([]);
    expect(pointers(faultsInPurposes('organiser', ['voter-contact', 'member-communication'], live))).toEqual([
      '/purposes/1',
    ]);
    expect(pointers(faultsInPurposes('organiser', ['petitions'], live))).toEqual(['/purposes/0']);
    expect(pointers(faultsInPurposes('administrator', ['voter-contact'], live))).toEqual(['/purposes/0']);
  });
});

describe('A role', () => {
  it('sees people where it may do anything in a tool, and never controls access beside', () => {
    for (const role of ROLES) {
      const inTools = permissions[role].some((action) =>
        TOOLS.some((tool) => tool === ACTION_REACHES[action]),
      );
      expect([role, roleRules[role].seesPeople]).toEqual([role, inTools]);
      expect([role, roleRules[role].controlsAccess && inTools]).toEqual([role, false]);
    }
  });

  it('controls access where it invites, approves or suspends', () => {
    for (const action of ['user.invite', 'grant.approve', 'suspension.order', 'user.depart'] as const) {
      const allowed = ROLES.filter((role) => permissions[role].includes(action));
      expect(allowed).toEqual(ROLES.filter((role) => roleRules[role].controlsAccess));
    }
  });
});
