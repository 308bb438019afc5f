/**
 * In charge of the words of `npx rosette suspend|lift|status`: what an operator asks for, or in plain words what is wrong
 * with it. Whether a scope exists, the database says.
 */
import { parseArgs } from 'node:util';
import { SCOPE_KINDS, type ScopeKind } from '../../config/vocabulary.js';
import { lengthOf } from '../../http/has-length.js';

export type BreakGlassOrder =
  | { verb: 'suspend'; scope: NamedScope; reason: string; by: string; notice?: string; isJson: boolean }
  | { verb: 'lift'; id: string; reason: string; by: string; confirm?: string; isJson: boolean }
  | { verb: 'status'; finishes: boolean; isJson: boolean };

/** As the operator names it: a user by name or id, an office or a client by id or name. */
export interface NamedScope {
  kind: ScopeKind;
  name?: string;
}

export const breakGlassUsage = `  npx rosette suspend <scope> --reason <text> --by <your name> [--notice <text>] [--json]
                                     stops at once, by the database alone, and proves it
      <scope>: all | tool <name> | user <username or id> | office <id or name> | area <GSS code> | client <id or name>
  npx rosette lift <suspension> --reason <text> --by <your name> --confirm <suspension> [--json]
                                     the way out when nobody is left who may lift; without --confirm it only shows
  npx rosette status [--finish] [--json]
                                     what is suspended, what is not proved yet, which replicas there are`;

const verbs = ['suspend', 'lift', 'status'] as const;
type Verb = (typeof verbs)[number];

const options = {
  reason: { type: 'string' },
  by: { type: 'string' },
  notice: { type: 'string' },
  confirm: { type: 'string' },
  finish: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;
const taken: Record<Verb, readonly (keyof typeof options)[]> = {
  suspend: ['reason', 'by', 'notice', 'json'],
  lift: ['reason', 'by', 'confirm', 'json'],
  status: ['finish', 'json'],
};
const longest = { reason: 2_000, notice: 2_000, by: 200 } as const;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the words are for this file at all. */
export function isBreakGlass(words: readonly string[]): boolean {
  return (verbs as readonly (string | undefined)[]).includes(words[0]);
}

/** All faults at once: whoever breaks glass has no time to find them one by one. */
export function readOrder(words: readonly string[]): BreakGlassOrder | { faults: string[] } {
  const verb = words[0] as Verb;
  let parsed;
  try {
    parsed = parseArgs({ args: words.slice(1), options, allowPositionals: true });
  } catch (error) {
    return { faults: [(error as Error).message] };
  }
  const { values, positionals } = parsed;
  const faults = (Object.keys(values) as (keyof typeof options)[])
    .filter((name) => !taken[verb].includes(name))
    .map((name) => `${verb} takes no --${name}`);
  const text = (name: keyof typeof longest, isRequired: boolean): string => {
    const given = values[name]?.trim() ?? '';
    if (given === '' && (isRequired || values[name] !== undefined)) faults.push(missing[name]);
    if (lengthOf(given) > longest[name])
      faults.push(`--${name} is longer than ${longest[name].toLocaleString('en-GB')} characters`);
    return given;
  };
  const isJson = values.json ?? false;
  let order: BreakGlassOrder;
  if (verb === 'status') {
    if (positionals.length > 0)
      faults.push(`status asks about everything; "${positionals[0]}" is not needed`);
    order = { verb, finishes: values.finish ?? false, isJson };
  } else {
    const [reason, by] = [text('reason', true), text('by', true)];
    if (verb === 'suspend') {
      const notice = text('notice', false);
      const scope = readScope(positionals, faults);
      order = { verb, scope, reason, by, isJson, ...(notice === '' ? {} : { notice }) };
    } else {
      const [id = '', ...rest] = positionals;
      if (!uuid.test(id) || rest.length > 0)
        faults.push('say which suspension, by its id: `npx rosette status` shows them');
      const { confirm } = values;
      if (confirm !== undefined && confirm.toLowerCase() !== id.toLowerCase())
        faults.push('--confirm names another suspension than the one to lift');
      order = {
        verb,
        id: id.toLowerCase(),
        reason,
        by,
        isJson,
        ...(confirm === undefined ? {} : { confirm }),
      };
    }
  }
  return faults.length > 0 ? { faults } : order;
}

const missing = {
  reason: '--reason is missing: why, kept for ever',
  by: '--by is missing: your name, kept with the reason',
  notice: '--notice is empty: what the people it stops are told',
} as const;

function readScope([kind, name, ...rest]: readonly string[], faults: string[]): NamedScope {
  const known = SCOPE_KINDS.find((other) => other === kind);
  if (known === undefined) {
    faults.push(
      `${kind === undefined ? 'say what to suspend' : `there is no scope "${kind}"`}: ${SCOPE_KINDS.join(', ')}`,
    );
    return { kind: 'all' };
  }
  if (known === 'all') {
    if (name !== undefined) faults.push(`"all" is everything; "${name}" is not needed`);
    return { kind: known };
  }
  if (name === undefined || name.trim() === '') faults.push(`say which ${known}`);
  else if (rest.length > 0) faults.push(`one ${known} at a time; put a name with blanks in quotes`);
  return { kind: known, ...(name === undefined ? {} : { name: name.trim() }) };
}
