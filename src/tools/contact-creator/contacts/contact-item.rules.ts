/**
 * In charge of what an item of a batch may be, by code of its own: one item that is refused must not fail the others, and
 * class-validator over 500 of them costs more than recording them. Whether elector, door, walk and code exist is for the
 * database to say.
 */
import { createHash } from 'node:crypto';
import { isMoment } from '../../../http/is-moment.js';
import { joinPointer } from '../../../http/input-text.js';
import { Faults, type Reader } from '../../../targeting/field.js';
import { date, id, integer, isRecord, oneOf, text } from '../../../targeting/value-readers.js';
import {
  DOOR_OUTCOMES,
  FLAGS,
  FOUND_OUTCOMES,
  METHODS,
  OUTCOMES,
  type Flag,
  type Method,
  type Outcome,
} from './contact-vocabulary.js';

/** As record_contacts takes it. */
export interface ContactItem {
  id: string;
  electorId?: string;
  doorId?: string;
  foundName?: string;
  walkId?: string;
  method: Method;
  outcome: Outcome;
  doNotReturnUntil?: string;
  votingIntentionCode?: string;
  secondPreference?: string;
  likelihood?: number;
  answers: Record<string, string | number | boolean>;
  flags: Flag[];
  flagsCleared: Flag[];
  deviceAt: string;
  hasOpinion: boolean;
  /** Of the content in one order of its properties, so that a repeat is told from another payload. */
  hash: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const mostAnswers = 50;
const longestAnswer = 500;

const uuid: Reader<string> = (value, pointer, faults) =>
  typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : faults.add(pointer, 'must be a UUID');
const code = text(/^[A-Z0-9]{1,8}$/, 'a code of voting intention');
const name: Reader<string> = (value, pointer, faults) =>
  typeof value === 'string' && value.trim().length >= 1 && value.length <= 200
    ? value.trim()
    : faults.add(pointer, 'must be a name of 1 to 200 characters');
const moment: Reader<string> = (value, pointer, faults) =>
  isMoment(value)
    ? (value as string)
    : faults.add(pointer, 'must be a time with an offset, as 2026-02-20T21:14:03Z');

const flags: Reader<Flag[]> = (value, pointer, faults) => {
  if (!Array.isArray(value) || value.length > FLAGS.length)
    return faults.add(pointer, `must be a list of at most ${FLAGS.length} flags`);
  const read = value.map((flag, index) => oneOf(FLAGS)(flag, `${pointer}/${index}`, faults));
  return [...new Set(read.filter((flag) => flag !== undefined))].sort();
};

const answers: Reader<ContactItem['answers']> = (value, pointer, faults) => {
  if (!isRecord(value) || Object.keys(value).length > mostAnswers)
    return faults.add(pointer, `must be an object of at most ${mostAnswers} answers`);
  const read: ContactItem['answers'] = {};
  for (const [question, answer] of Object.entries(value)) {
    const at = joinPointer(pointer, question);
    const isBounded = typeof answer !== 'string' || answer.length <= longestAnswer;
    const isAnswer = ['string', 'boolean'].includes(typeof answer) || Number.isFinite(answer);
    if (!/^[A-Za-z][A-Za-z0-9._-]{0,59}$/.test(question)) faults.add(at, 'must be named as a question is');
    else if (!isAnswer || !isBounded)
      faults.add(at, `must be true, false, a number or a text of at most ${longestAnswer} characters`);
    else read[question] = answer as string | number | boolean;
  }
  return read;
};

const known = new Set(
  `id electorId doorId foundAtDoor walkId method outcome doNotReturnUntil votingIntentionCode secondPreference likelihood
   answers flags flagsCleared deviceAt`.split(/\s+/),
);

/** The item, or nothing and its faults under `pointer`. A property that is null is taken for absent. */
export function readItem(
  value: unknown,
  pointer: string,
  constituencyId: string,
  faults: Faults,
): ContactItem | undefined {
  if (!isRecord(value)) return faults.add(pointer, 'must be an object');
  for (const key of Object.keys(value))
    if (!known.has(key)) faults.add(joinPointer(pointer, key), 'unknown property');
  const must = <Value>(key: string, reader: Reader<Value>) => reader(value[key], `${pointer}/${key}`, faults);
  const may = <Value>(key: string, reader: Reader<Value>) =>
    value[key] == null ? undefined : must(key, reader);
  const found = may('foundAtDoor', foundAtDoor);
  const item = {
    id: must('id', uuid),
    electorId: may('electorId', id),
    doorId: may('doorId', id) ?? found?.doorId,
    foundName: found?.name,
    walkId: may('walkId', uuid),
    method: must('method', oneOf(METHODS)),
    outcome: must('outcome', oneOf(OUTCOMES)),
    doNotReturnUntil: may('doNotReturnUntil', date),
    votingIntentionCode: may('votingIntentionCode', code),
    secondPreference: may('secondPreference', code),
    likelihood: may('likelihood', integer(0, 10)),
    answers: may('answers', answers) ?? {},
    flags: may('flags', flags) ?? [],
    flagsCleared: may('flagsCleared', flags) ?? [],
    deviceAt: must('deviceAt', moment),
  };
  checkTogether(value, item as Checked, pointer, faults);
  if (faults.found.length > 0) return undefined;
  const { answers: given, flags: set, flagsCleared } = item;
  const hasOpinion = saysOpinion(item as Checked) || set.length + flagsCleared.length > 0;
  const ordered = {
    ...item,
    answers: Object.entries(given).sort(([one], [other]) => (one < other ? -1 : 1)),
  };
  const hash = createHash('sha256')
    .update(JSON.stringify([constituencyId, ordered]))
    .digest('hex');
  return { ...item, hasOpinion, hash } as ContactItem;
}

type Checked = Partial<ContactItem> & Pick<ContactItem, 'answers' | 'flags' | 'flagsCleared'>;

const foundAtDoor: Reader<{ doorId: string | undefined; name: string | undefined }> = (
  value,
  pointer,
  faults,
) => {
  if (!isRecord(value) || Object.keys(value).some((key) => key !== 'doorId' && key !== 'name'))
    return faults.add(pointer, 'must be an object: doorId and name');
  return {
    doorId: id(value['doorId'], `${pointer}/doorId`, faults),
    name: name(value['name'], `${pointer}/name`, faults),
  };
};

function saysOpinion({
  votingIntentionCode,
  secondPreference,
  likelihood,
  answers: given,
}: Checked): boolean {
  return (
    votingIntentionCode !== undefined ||
    secondPreference !== undefined ||
    likelihood !== undefined ||
    Object.keys(given).length > 0
  );
}

/** What is wrong only because of something else in the item. */
function checkTogether(
  value: Readonly<Record<string, unknown>>,
  item: Checked,
  pointer: string,
  faults: Faults,
): void {
  const whom = ['electorId', 'doorId', 'foundAtDoor'].filter((key) => value[key] != null);
  if (whom.length !== 1) faults.add(pointer, 'must name one of electorId, doorId and foundAtDoor');
  const outcomes =
    whom[0] === 'doorId' ? DOOR_OUTCOMES : whom[0] === 'foundAtDoor' ? FOUND_OUTCOMES : OUTCOMES;
  if (item.outcome !== undefined && !outcomes.includes(item.outcome))
    faults.add(`${pointer}/outcome`, `must be one of ${outcomes.join(', ')}`);
  if ((item.outcome === 'do-not-return') !== (item.doNotReturnUntil !== undefined))
    faults.add(`${pointer}/doNotReturnUntil`, 'goes with the outcome do-not-return, and it with this');
  // Nobody knows how old somebody is who is not on the register, nor who spoke at a door.
  if (whom[0] !== 'electorId' && saysOpinion(item))
    faults.add(pointer, 'must say no opinion of anybody but an elector');
  if (whom[0] === 'doorId' && item.flags.length + item.flagsCleared.length > 0)
    faults.add(`${pointer}/flags`, 'are of somebody, not of a door');
  if (item.flags.some((flag) => item.flagsCleared.includes(flag)))
    faults.add(`${pointer}/flagsCleared`, 'must clear no flag that is set here');
}
