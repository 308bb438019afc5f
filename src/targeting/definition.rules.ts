/**
 * In charge of the definition of a selection as a whole: what is wanted, in which units, how many, which part. It is
 * read afresh whenever it is asked, so that a stored one means what the field table of this release says.
 */
import type { DataClass } from '../config/vocabulary.js';
import { joinPointer } from '../http/input-text.js';
import { Problem } from '../http/problem.js';
import { ExpressionReader, not } from './expression.rules.js';
import { fatigueRange } from './fatigue.rules.js';
import { Faults, type Condition, type FieldTable, type Reader } from './field.js';
import { integer, isRecord, oneOf, text } from './value-readers.js';

export const UNITS = ['person', 'door', 'household'] as const;
export type Unit = (typeof UNITS)[number];
export const AIMS = ['doorstep', 'any'] as const;
export type Aim = (typeof AIMS)[number];
export const STEPS = ['add', 'narrow', 'remove'] as const;
type StepKind = (typeof STEPS)[number];

export interface Split {
  seed: string;
  parts: number;
  part: number;
}

/** A definition that was found valid. */
export interface Definition {
  unit: Unit;
  aim: Aim;
  limit: number | undefined;
  split: Split | undefined;
  /** Whoever was tried within so many days is left out. */
  fatigueDays: number;
  condition: Condition;
  /** Classes that an answer reveals, identity among them, in the order of the vocabulary's spelling. */
  classes: readonly DataClass[];
  tables: ReadonlySet<string>;
}

const mostSteps = 20;
const mostUnits = 1_000_000;
const known = ['unit', 'base', 'steps', 'limit', 'split', 'fatigueDays', 'for'];
const seedOf = text(
  /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}$/,
  'letters, digits, spaces, dots and dashes, at most 100',
);

/** @throws Problem validation-failed with a pointer to every fault */
export function readDefinition(value: unknown, fields: FieldTable, pointer: string): Definition {
  const faults = new Faults();
  const definition = read(value, fields, pointer, faults);
  if (!definition) throw new Problem('validation-failed', { errors: faults.found });
  return definition;
}

function read(value: unknown, fields: FieldTable, pointer: string, faults: Faults): Definition | undefined {
  if (!isRecord(value)) return faults.add(pointer, 'must be an object');
  for (const key of Object.keys(value))
    if (!known.includes(key)) faults.add(joinPointer(pointer, key), 'unknown property');
  const part = <Value>(key: string, reader: Reader<Value>) => reader(value[key], `${pointer}/${key}`, faults);
  const ifGiven = <Value>(key: string, reader: Reader<Value>) =>
    value[key] === undefined ? undefined : part(key, reader);
  const unit = part('unit', oneOf(UNITS));
  const aim = part('for', oneOf(AIMS));
  const limit = ifGiven('limit', integer(1, mostUnits));
  const fatigueDays =
    ifGiven('fatigueDays', integer(fatigueRange.least, fatigueRange.most)) ?? fatigueRange.unlessAsked;
  const split = ifGiven('split', splitOf);
  const expressions = new ExpressionReader(fields, faults);
  const base = expressions.read(value['base'], `${pointer}/base`);
  const condition = stepsOf(value['steps'], base, `${pointer}/steps`, expressions, faults);
  if (faults.found.length > 0 || !unit || !aim || !condition) return undefined;
  const classes = [...new Set<DataClass>(['identity', ...expressions.classes])].sort();
  return { unit, aim, limit, split, fatigueDays, condition, classes, tables: expressions.tables };
}

const splitOf: Reader<Split> = (value, pointer, faults) => {
  if (!isRecord(value)) return faults.add(pointer, 'must be an object: seed, parts and part');
  for (const key of Object.keys(value))
    if (!['seed', 'parts', 'part'].includes(key)) faults.add(joinPointer(pointer, key), 'unknown property');
  const seed = seedOf(value['seed'], `${pointer}/seed`, faults);
  const parts = integer(2, 100)(value['parts'], `${pointer}/parts`, faults);
  const part = integer(1, parts ?? 100)(value['part'], `${pointer}/part`, faults);
  return seed === undefined || !parts || !part ? undefined : { seed, parts, part };
};

/** Steps work on what the ones before left, so they nest to the left. */
function stepsOf(
  value: unknown,
  base: Condition | undefined,
  pointer: string,
  expressions: ExpressionReader,
  faults: Faults,
): Condition | undefined {
  if (value === undefined) return base;
  if (!Array.isArray(value) || value.length > mostSteps)
    return faults.add(pointer, `must be a list of at most ${mostSteps} steps`);
  return value.reduce<Condition | undefined>((before, step: unknown, index) => {
    const at = `${pointer}/${index}`;
    if (!isRecord(step)) return faults.add(at, 'must be an object: op and expression');
    for (const key of Object.keys(step))
      if (!['op', 'expression'].includes(key)) faults.add(joinPointer(at, key), 'unknown property');
    const kind = oneOf(STEPS)(step['op'], `${at}/op`, faults);
    const expression = expressions.read(step['expression'], `${at}/expression`);
    return before && kind && expression && ((...how) => combine[kind](before(...how), expression(...how)));
  }, base);
}

const combine: Record<StepKind, (before: string, step: string) => string> = {
  add: (before, step) => `(${before} OR ${step})`,
  narrow: (before, step) => `(${before} AND ${step})`,
  remove: (before, step) => `(${before} AND ${not(step)})`,
};
