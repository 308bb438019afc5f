/**
 * The only reader of `process.env`. It turns the table of variables into a typed, frozen record, or
 * refuses to start with every fault named at once. It leaves opening files and connections to others.
 */
import { isIP } from 'node:net';
import { join } from 'node:path';
import { mailboxOf } from './mailbox.js';
import { VARIABLES, type Variable, type VariableName } from './environment-variables.js';

type ValueOf<V extends Variable> = V extends { kind: 'integer' }
  ? number
  : V extends { kind: 'choice'; choices: readonly (infer Choice)[] }
    ? Choice
    : V extends { kind: 'addresses' | 'origins' }
      ? readonly string[]
      : V extends { default: string }
        ? string
        : string | undefined;

/** The environment under the variables' own names. Optional variables without a default are `undefined`. */
export type Environment = Readonly<
  { [Name in VariableName]: ValueOf<(typeof VARIABLES)[Name]> } & { ROSETTE_KEYS_DIR: string }
>;

/** What a room asks of the values together, as faults. Values that are faulty by themselves are absent. */
export type Review = (values: Readonly<Partial<Environment>>) => readonly string[];

/** Token under which the environment is injected. */
export const ENVIRONMENT = Symbol('ENVIRONMENT');

/** Thrown with all faults at once; never repeats the value of a secret or of a URL, which may hold a password. */
export class EnvironmentFault extends Error {
  override readonly name = 'EnvironmentFault';

  constructor(readonly faults: readonly string[]) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    super(
      `The environment has ${count}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nSee docs/configuration.md.`,
    );
  }
}

/**
 * Reads and checks every variable. An empty value counts as absent, as compose files write it.
 * @throws EnvironmentFault naming each bad value, each `ROSETTE_*` name that does not exist, and what the reviews find
 */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
  reviews: readonly Review[] = [],
): Environment {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(VARIABLES) as [VariableName, Variable][]) {
    const text = source[name]?.trim();
    if (text === undefined || text === '') {
      values[name] = variable.default;
      continue;
    }
    const outcome = parse(variable, text);
    if ('fault' in outcome) faults.push(`${name} ${outcome.fault}`);
    else values[name] = outcome.value;
  }
  // A misspelt name would otherwise be a setting that silently does not hold.
  for (const name of Object.keys(source)) {
    if (name.startsWith('ROSETTE_') && !(name in VARIABLES))
      faults.push(`${name} is not a variable that Rosette knows`);
  }
  if (values['SMTP_URL'] !== undefined && values['MAIL_FROM'] === undefined)
    faults.push('MAIL_FROM must be set where SMTP_URL is');
  for (const review of reviews) faults.push(...review(values as Partial<Environment>));
  if (faults.length > 0) throw new EnvironmentFault(faults);
  values['DATABASE_DIRECT_URL'] ??= values['DATABASE_URL'];
  values['ROSETTE_KEYS_DIR'] ??= join(String(values['ROSETTE_DATA_DIR']), 'keys');
  return Object.freeze(values) as Environment;
}

type Outcome = { value: unknown } | { fault: string };

function parse(variable: Variable, text: string): Outcome {
  switch (variable.kind) {
    case 'text':
      return text.length < (variable.minLength ?? 0)
        ? { fault: `must have at least ${variable.minLength} characters` }
        : { value: text };
    case 'path':
      return text.includes('\0') ? { fault: 'must be a path' } : { value: text };
    case 'choice':
      return variable.choices.includes(text)
        ? { value: text }
        : { fault: `must be one of ${variable.choices.join(', ')}, not "${text}"` };
    case 'integer': {
      const value = Number(text);
      const inRange = /^\d+$/.test(text) && value >= variable.minimum && value <= variable.maximum;
      return inRange
        ? { value }
        : { fault: `must be a whole number from ${variable.minimum} to ${variable.maximum}, not "${text}"` };
    }
    case 'url':
      return URL.canParse(text) && variable.protocols.includes(new URL(text).protocol)
        ? { value: text }
        : { fault: `must be a URL that begins with ${variable.protocols.map((p) => `${p}//`).join(' or ')}` };
    case 'mailbox':
      return mailboxOf(text)
        ? { value: text }
        : { fault: 'must be an e-mail address, or a name followed by one in angle brackets' };
    case 'addresses':
      return parseList(text, isProxyAddress, 'is neither an address nor a range');
    case 'origins':
      return parseList(text, isOrigin, 'is not an origin such as https://app.example.org');
  }
}

function parseList(text: string, isValid: (item: string) => boolean, complaint: string): Outcome {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  const wrong = items.find((item) => !isValid(item));
  return wrong === undefined
    ? { value: Object.freeze(items) }
    : { fault: `holds "${wrong}", which ${complaint}` };
}

function isProxyAddress(item: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(item)) return true;
  const [address = '', prefix, ...rest] = item.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  // A prefix of 0 would trust the whole Internet to name its own address.
  return (
    prefix === undefined ||
    (/^\d+$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (version === 4 ? 32 : 128))
  );
}

function isOrigin(item: string): boolean {
  return URL.canParse(item) && /^https?:$/.test(new URL(item).protocol) && new URL(item).origin === item;
}
