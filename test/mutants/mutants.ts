/**
 * Every guard and check that must not be lost in silence, and how to lose it: the exact text, what stands there
 * instead, and the tests that have to turn red. A text that is no longer found fails the run, so that the list follows
 * the code.
 */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
  /** The test files of which one has to turn red. */
  tests: readonly string[];
}

const fence = 'migrations/1763780400006-create-kill-switch.ts';
const people = 'migrations/1763780400008-create-electors-and-members.ts';
const policies = 'migrations/parts/row-level-security.ts';
const imports = ['test/db/register-functions.spec.ts'];
const db = ['test/db/fence.spec.ts'];
const api = ['test/api/custody.spec.ts', 'test/api/suspensions.spec.ts'];

export const mutants: readonly Mutant[] = [
  {
    name: 'the gate lets everything through',
    file: 'src/kill-switch/gate.guard.ts',
    find: '    if (scopes.length === 0) return true;',
    replace: '    if (scopes.length >= 0) return true;',
    tests: [...api, 'test/rules/guards.spec.ts'],
  },
  {
    name: 'the gate in memory admits what is suspended',
    file: 'src/kill-switch/gate.ts',
    find: '      if (known?.suspended) return',
    replace: '      if (false as boolean) return',
    tests: [...api, 'test/rules/guards.spec.ts'],
  },
  {
    name: 'the gate admits before it has a first snapshot',
    file: 'src/kill-switch/gate.ts',
    find: "    if (this.epoch < 0n) return { admitted: false, because: 'unknown' };",
    replace: '',
    tests: [...api, 'test/rules/guards.spec.ts'],
  },
  {
    name: 'a request without a valid token is let through',
    file: 'src/identity/bearer.guard.ts',
    find: '    if (declaration && !needsToken(declaration)) return true;',
    replace: '    if (declaration) return true;',
    tests: ['test/rules/routes.spec.ts'],
  },
  {
    name: 'a token made for something else is taken for an access token',
    file: 'src/identity/access-token.service.ts',
    find: " typ: 'at+jwt', requiredClaims",
    replace: ' requiredClaims',
    tests: ['test/rules/guards.spec.ts'],
  },
  {
    name: 'a token that never expires is taken',
    file: 'src/identity/access-token.service.ts',
    find: "['sub', 'sid', 'exp']",
    replace: "['sub', 'sid']",
    tests: ['test/rules/guards.spec.ts'],
  },
  {
    name: 'the permission table is not asked by the guard',
    file: 'src/access/access.guard.ts',
    find: '    if (allows(principal, action)) return;',
    replace: '    if (allows(principal, action) || principal) return;',
    tests: [...api, 'test/rules/guards.spec.ts'],
  },
  {
    name: 'the fence passes a suspended scope',
    file: fence,
    find: "        IF v_bad IS NOT NULL THEN\n          RAISE EXCEPTION USING ERRCODE = 'KS001'",
    replace: "        IF false THEN\n          RAISE EXCEPTION USING ERRCODE = 'KS001'",
    tests: db,
  },
  {
    name: 'the fence passes work admitted under an older state',
    file: fence,
    find: '        ELSIF v_stale IS NOT NULL THEN',
    replace: '        ELSIF false THEN',
    tests: db,
  },
  {
    name: 'the fence does not mind a flip under way or an unknown scope',
    file: fence,
    find: '        IF v_got IS FALSE THEN',
    replace: '        IF false THEN',
    tests: db,
  },
  {
    name: 'the fence takes no shared lock',
    file: fence,
    find: 'bool_and(l.lock_id IS NOT NULL AND pg_try_advisory_xact_lock_shared(scope_class, l.lock_id))',
    replace: 'bool_and(l.lock_id IS NOT NULL)',
    tests: db,
  },
  {
    name: 'the fence takes a replica that is fenced off or unknown',
    file: fence,
    find: 'WHERE r.incarnation = p_incarnation AND NOT r.fenced AND r.ended_at IS NULL;',
    replace: 'WHERE r.incarnation = p_incarnation;',
    tests: db,
  },
  {
    name: 'a session lives on after its end',
    file: fence,
    find: 'WHERE s.id = p_session AND s.ended_at IS NULL AND s.expires_at > now() AND a.closed_at IS NULL;',
    replace: 'WHERE s.id = p_session;',
    tests: db,
  },
  {
    name: 'the fence does not ask for the undertaking',
    file: fence,
    find: '          IF NOT EXISTS (\n            SELECT FROM protection.undertaking_acceptance u',
    replace:
      '          IF false AND NOT EXISTS (\n            SELECT FROM protection.undertaking_acceptance u',
    tests: [...db, 'test/api/custody.spec.ts'],
  },
  {
    name: 'the fence does not ask whether the purpose covers the data',
    file: fence,
    find: '          IF NOT EXISTS (\n            SELECT FROM protection.purpose p',
    replace: '          IF false AND NOT EXISTS (\n            SELECT FROM protection.purpose p',
    tests: db,
  },
  {
    name: 'a grant serves for purposes that it does not carry',
    file: fence,
    find: '        WHERE p_purpose IS NULL OR p_purpose = ANY (g.purposes);',
    replace: '        WHERE true;',
    tests: db,
  },
  {
    name: 'the fence lets in whoever has no grant for the action',
    file: fence,
    find: "        IF v_roles IS NULL AND p_reach <> 'self' THEN",
    replace: '        IF false THEN',
    tests: db,
  },
  {
    name: 'the fence lets anyone name any area',
    file: fence,
    find: "          IF NOT v_wide AND NOT p_constituencies <@ coalesce(v_areas, '{}') THEN",
    replace: '          IF false THEN',
    tests: db,
  },
  {
    name: 'a suspended area is not left out of wide work',
    file: fence,
    find: '(CASE WHEN v_wide THEN v_excluded ELSE v_areas END)::text',
    replace: "(CASE WHEN v_wide THEN '{}' ELSE v_areas END)::text",
    tests: db,
  },
  {
    name: 'a privileged role needs no second factor',
    file: fence,
    find: ' AND (NOT r.is_privileged OR v_mfa_at IS NOT NULL)',
    replace: '',
    tests: db,
  },
  {
    name: 'a stepped-up action needs no fresh factor',
    file: fence,
    find: '        IF v_needs_step_up AND (v_stepped_up_until IS NULL OR v_stepped_up_until <= now()) THEN',
    replace: '        IF false THEN',
    tests: db,
  },
  {
    name: 'the seal is not verified',
    file: fence,
    find: ' OR left(sealed, 64) <> ks.mac(substr(sealed, 65)) THEN',
    replace: ' THEN',
    tests: db,
  },
  {
    name: 'a seal is good for any transaction and any connection',
    file: fence,
    find: '        IF field[1] <> pg_backend_pid()::text OR field[2] <> extract(epoch FROM transaction_timestamp())::text THEN',
    replace: '        IF false THEN',
    tests: db,
  },
  {
    name: 'a context of one tool opens the other',
    file: fence,
    find: "        IF field IS NULL OR field[12] = 't' OR NOT (field[7] = p_tool OR field[6] = 'rights')",
    replace: "        IF field IS NULL OR field[12] = 't'",
    tests: db,
  },
  {
    name: 'a context opens classes of data that were not asked for',
    file: fence,
    find: "        IF field IS NULL OR field[12] = 't' OR NOT (field[7] = p_tool OR field[6] = 'rights')\n           OR NOT (p_class = '' OR p_class = ANY (field[11]::text[])) THEN",
    replace:
      "        IF field IS NULL OR field[12] = 't' OR NOT (field[7] = p_tool OR field[6] = 'rights') THEN",
    tests: db,
  },
  {
    name: 'the policies of Contact Creator let all rows through',
    file: policies,
    find: 'FOR SELECT TO rosette_api USING ${visible};',
    replace: 'FOR SELECT TO rosette_api USING (true OR ${visible});',
    tests: db,
  },
  {
    name: 'the policy of members lets all rows through',
    file: people,
    find: 'CREATE POLICY member_read ON organise.member FOR SELECT TO rosette_api USING (',
    replace: 'CREATE POLICY member_read ON organise.member FOR SELECT TO rosette_api USING (true OR ',
    tests: db,
  },
  {
    name: 'row-level security is not forced upon the owner',
    file: policies,
    find: 'ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;',
    replace: 'ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;',
    tests: ['test/rules/schema.spec.ts'],
  },
  {
    name: 'a lift of a tool needs one person only',
    file: fence,
    find: "        ELSIF v_suspension.target_kind IN ('all', 'tool') AND v_suspension.lift_asked_by = v_actor THEN",
    replace: '        ELSIF false THEN',
    tests: ['test/api/suspensions.spec.ts'],
  },
  {
    name: 'people lift their own suspension',
    file: fence,
    find: "        ELSIF v_suspension.target_kind = 'user' AND v_suspension.target_id = v_actor::text THEN",
    replace: '        ELSIF false THEN',
    tests: db,
  },
  {
    name: 'suspending needs no context that may suspend',
    file: fence,
    find: "        IF NOT ks.may_change('suspension.order') THEN",
    replace: '        IF false THEN',
    tests: db,
  },
  {
    name: 'lifting one suspension lifts them all',
    file: fence,
    find: 'UPDATE ks.scope s SET since_epoch = lift.epoch, suspended = EXISTS (',
    replace: 'UPDATE ks.scope s SET since_epoch = lift.epoch, suspended = false AND EXISTS (',
    tests: ['test/api/suspensions.spec.ts'],
  },
  {
    name: 'a disclosure is not written to the ledger',
    file: 'src/custody/custody.service.ts',
    find: '      return { value, closing };',
    replace: "      return { value, closing: closing && 'SELECT 1' };",
    tests: ['test/api/custody.spec.ts'],
  },
  {
    name: 'a change is not written to the ledger',
    file: 'src/kill-switch/fence.service.ts',
    find: "  return `SELECT ledger.record_action(${values.map(escapeLiteral).join(', ')})`;",
    replace: "  return values.length > 0 ? `SELECT 1` : `${escapeLiteral('')}`;",
    tests: api,
  },
  {
    name: 'a refusal is not written to the ledger',
    file: 'src/kill-switch/fence.service.ts',
    find: '      await this.recordRefusal(entrant, ask.action, refusal.problem.code);',
    replace: '',
    tests: api,
  },
  {
    name: 'nothing is charged to the budget',
    file: 'migrations/1763780400007-create-custody.ts',
    find: '        PERFORM custody.spend_budget(field[3]::uuid, field[5], p_rows);',
    replace: '',
    tests: ['test/api/custody.spec.ts'],
  },
  {
    name: 'the ledger takes disclosures from outside custody',
    file: 'migrations/1763780400007-create-custody.ts',
    find: "        IF field IS NULL OR field[10] = '' THEN",
    replace: '        IF false THEN',
    tests: db,
  },
  {
    name: 'a POST that creates ignores its key',
    file: 'src/kill-switch/fence.service.ts',
    find: '      if (claimed?.made != null) {',
    replace: '      if (claimed?.made != null && (false as boolean)) {',
    tests: ['test/api/suspensions.spec.ts'],
  },
  {
    name: 'a key may be used for another request',
    file: 'migrations/1763780400010-create-idempotency.ts',
    find: '        IF v_kept.key IS NOT NULL AND (v_kept.route <> p_route OR v_kept.body_hash <> p_body_hash) THEN',
    replace: '        IF false THEN',
    tests: ['test/api/suspensions.spec.ts'],
  },
  {
    name: 'the server starts as a role that may do more than the API may',
    file: 'src/database/database.module.ts',
    find: '        await refuseUnsafeRole(source);',
    replace: '        void refuseUnsafeRole;',
    tests: ['test/rules/guards.spec.ts'],
  },
  {
    name: 'unknown properties of a body are taken',
    file: 'src/http/validation.pipe.ts',
    find: '      forbidNonWhitelisted: true,',
    replace: '      forbidNonWhitelisted: false,',
    tests: ['src/http/http.spec.ts'],
  },
  {
    name: 'a handler without a declaration starts',
    file: 'src/http/route-registry.ts',
    find: '          faults.push(`${name} is mapped to HTTP without @Route: declare its reach`);',
    replace: '',
    tests: ['src/http/route-registry.spec.ts'],
  },
  {
    name: 'contradictory declarations start',
    file: 'src/http/route-registry.ts',
    find: '        faults.push(...faultsOf(declaration, metatype, handler).map((fault) => `${name} ${fault}`));',
    replace: '        void faultsOf;',
    tests: ['src/http/route-registry.spec.ts'],
  },
  {
    name: 'the API role may write the ledger by itself',
    file: 'migrations/1763780400005-create-ledger.ts',
    find: '      GRANT SELECT ON ledger.disclosure, ledger.action TO rosette_api;',
    replace: '      GRANT SELECT, INSERT ON ledger.disclosure, ledger.action TO rosette_api;',
    tests: ['test/rules/schema.spec.ts'],
  },
  {
    name: 'the general secretary reads electors',
    file: 'src/access/permissions.ts',
    find: "  'general-secretary': [\n    'suspension.order',",
    replace: "  'general-secretary': [\n    'elector.read',\n    'suspension.order',",
    tests: ['test/rules/access-matrix.spec.ts'],
  },
  {
    name: 'the fence takes the reach from the caller',
    file: fence,
    find: 'WHERE u.action = p_action AND u.reach = p_reach AND u.tool IS NOT DISTINCT FROM p_tool;',
    replace: 'WHERE u.action = p_action;',
    tests: db,
  },
  {
    name: 'an API client does more than its scopes name',
    file: fence,
    find: "        IF v_account_kind = 'client' AND p_reach <> 'self' AND NOT EXISTS (",
    replace: '        IF false AND NOT EXISTS (',
    tests: db,
  },
  {
    name: 'the record of disclosures is read without a context',
    file: 'migrations/1763780400007-create-custody.ts',
    find: "USING ((SELECT ks.may_change('disclosure.read')));",
    replace: 'USING (true);',
    tests: db,
  },
  {
    name: 'the record of actions is read without a context',
    file: 'migrations/1763780400007-create-custody.ts',
    find: "USING ((SELECT ks.may_change('action.read')));",
    replace: 'USING (true);',
    tests: db,
  },
  {
    name: 'a child’s birth date among dates of attainment goes unnoticed',
    file: 'src/tools/contact-creator/register/date-kind.rules.ts',
    find: "    return isChild ? { isUnder16: true, adultOn: asBirth } : { dropped: 'past' };",
    replace: "    return isChild && false ? { isUnder16: true, adultOn: asBirth } : { dropped: 'past' };",
    tests: ['src/tools/contact-creator/register/date-kind.rules.spec.ts'],
  },
  {
    name: 'somebody under 16 is stored',
    file: 'src/tools/contact-creator/register/register-reader.ts',
    find: "    if (date && 'isUnder16' in date) return { refused: this.notStored(record, date.adultOn) };",
    replace: '',
    tests: ['src/tools/contact-creator/register/register-reader.spec.ts'],
  },
  {
    name: 'the register functions ask no context',
    file: 'migrations/parts/register-functions.ts',
    find: "        IF NOT ks.may_change('register.import') OR NOT coalesce(",
    replace: '        IF false AND NOT coalesce(',
    tests: imports,
  },
];
