/**
 * A replica's sentinel in a process whose main loop is blocked, for test/db/sentinel.spec.ts: watches its first argument,
 * holds work of the others, says so, and computes until three seconds after the first is suspended.
 */
import { pino } from 'pino';
import { readEnvironment } from '../../src/config/environment.js';
import { Gate } from '../../src/kill-switch/gate.js';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';

const [watched, ...held] = process.argv.slice(2) as [ScopeKey, ...ScopeKey[]];
/** Not work of a scope, but something that waits for the kernel to take it. */
const queueing = 'all:queue';
const gate = new Gate();
const sentinel = new Sentinel(gate, readEnvironment(), pino({ enabled: false }), []);
await sentinel.onModuleInit();
gate.hold(held.filter((scope) => scope !== queueing));
if (held.includes(queueing)) gate.queue();
process.stdout.write('blocked\n', () => {
  while (gate.ask([watched]).admitted);
  const until = performance.now() + 3_000;
  while (performance.now() < until);
  process.exit(0);
});
