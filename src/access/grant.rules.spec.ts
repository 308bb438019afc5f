import { ACTION_REACHES, ROLES, TOOLS } from '../config/vocabulary.js';
import {
  faultsInArea,
  faultsInPurposes,
  faultsInRenewal,
  faultsInTenure,
  isGivableBy,
} from './grant.rules.js';

import { permissions, roleRules } from './permissions.js';

const now = Date.parse('2026-03-01T12:00:00Z');
const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString();
const pointers = (faults: { pointer: string }[]) => faults.map(({ pointer }) => pointer);

describe('A grant', () => {
  it('of any role is given by an administrator or a general secretary', () => {
    for (const role of ['administrator', 'general-secretary'] as const) {
      const grants = [{ role, constituencyId: null }];
      expect(ROLES.filter((given) => !isGivableBy(grants, given, null))).toEqual([]);
    }
  });

  it('is given by an organiser to canvassers of his own areas alone', () => {
    const local = [{ role: 'organiser' as const, constituencyId: 'E14001434' }];
    expect(isGivableBy(local, 'canvasser', 'E14001434')).toBe(true);
    expect(isGivableBy(local, 'canvasser', 'E14001586')).toBe(false);
    expect(isGivableBy(local, 'canvasser', null)).toBe(false);
    expect(ROLES.filter((role) => isGivableBy(local, role, 'E14001434'))).toEqual(['canvasser']);
    const national = [{ role: 'organiser' as const, constituencyId: null }];
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
    expect(ROLES.filter((given) => isGivableBy([{ role, constituencyId: null }], given, null))).toEqual([]);
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
