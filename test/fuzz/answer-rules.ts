/**
 * What holds of every answer, whatever was asked.
 */
import { PROBLEMS, isProblemCode } from '../../src/http/problem-codes.js';
import type { ApiDocument, Operation } from './document.js';
import type { Answered, Sent } from './wire.js';

/** Said before any operation is known, or of any. */
const anywhere = [
  'malformed-request',
  'body-too-large',
  'unsupported-media-type',
  'not-found',
  'method-not-allowed',
  'uri-too-long',
  'headers-too-large',
];
/** What no answer to a mistake may show. */
const leaks =
  /node_modules|\bat (async )?(\S+ \()?(node:|file:|\/)\S*:\d+:\d+|\.[jt]s:\d+|\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b.*\b(FROM|SET|VALUES|WHERE)\b|pg_catalog|syntax error|violates|QueryFailed|contact_creator\.|organise\.|dist\/src/;

/** What is wrong with an answer; empty if nothing is. */
export function faultsOf(
  document: ApiDocument,
  operation: Operation,
  sent: Sent,
  answer: Answered,
): string[] {
  const faults: string[] = [];
  const type = answer.headers['content-type']?.split(';')[0];
  if (!answer.isWhole) faults.push('the answer broke off');
  if (!answer.headers['request-id']) faults.push('no request id');
  // A path that was broken may lead to another operation, and be answered for it.
  const isHere = patternOf(operation).test(sent.target.split('?')[0]!);
  const documented = operation.responses[String(answer.status)];
  if (answer.status < 400) {
    if (!isHere) return faults;
    if (!documented) return [...faults, `${answer.status} is not documented`];
    const content = documented.content ?? {};
    if (Object.keys(content).length === 0)
      return answer.text === '' ? faults : [...faults, 'a body that is not documented'];
    const found = Object.entries(content).find(([mediaType]) => mediaType.split(';')[0] === type);
    if (!found) return [...faults, `${type} is not documented, but ${Object.keys(content).join()}`];
    if (type !== 'application/json' || !found[1].schema) return faults;
    const wrong = document.faultsIn(JSON.parse(answer.text), found[1].schema, 'answered');
    return wrong === undefined ? faults : [...faults, wrong];
  }
  if (type !== 'application/problem+json') return [...faults, `an error as ${type}`];
  const problem = JSON.parse(answer.text) as { code: string; title: string; status: number; type: string };
  const wrong = document.faultsIn(problem, { $ref: '#/components/schemas/Problem' }, 'answered');
  if (wrong !== undefined) faults.push(wrong);
  if (!isProblemCode(problem.code)) return [...faults, `no such code: ${problem.code}`];
  const { status, title } = PROBLEMS[problem.code];
  if (status !== answer.status || status !== problem.status)
    faults.push(`${problem.code} with ${answer.status}`);
  if (title !== problem.title || problem.type !== `/problems/${problem.code}`)
    faults.push('not as registered');
  if (status >= 500 && status !== 503) faults.push(`a ${status}`);
  if (isHere && !anywhere.includes(problem.code)) {
    const codes = Object.values(documented?.content ?? {}).flatMap(({ examples }) =>
      Object.keys(examples ?? {}),
    );
    if (!codes.includes(problem.code)) faults.push(`${problem.code} is not documented`);
  }
  if (leaks.test(answer.text)) faults.push('it shows what is inside');
  return faults;
}

const patterns = new Map<string, RegExp>();
function patternOf({ path }: Operation): RegExp {
  const known = patterns.get(path);
  if (known) return known;
  const made = new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]*')}$`);
  patterns.set(path, made);
  return made;
}
