/**
 * In charge of words with names in them: `{{forename}}` and its like, from a fixed list, replaced by text and nothing
 * else. No expression, no nesting; what a name holds is never read as a template.
 */
import type { Faults } from '../../../targeting/field.js';

/** What may stand between the braces; `unsubscribeUrl` in the body only. */
export const MERGE_FIELDS = ['title', 'forename', 'surname', 'fullName', 'membershipNumber'] as const;
type MergeField = (typeof MERGE_FIELDS)[number];
export type Merged = Record<MergeField, string>;

const placeholder = /\{\{ ?([A-Za-z]+) ?\}\}/g;
const longestValue = 100;

/** Adds a fault for every field that is not known and for braces that open or close nothing. */
export function checkTemplate(
  template: string,
  pointer: string,
  faults: Faults,
  further: readonly string[] = [],
): void {
  const known: readonly string[] = [...MERGE_FIELDS, ...further];
  for (const [, name = ''] of template.matchAll(placeholder))
    if (!known.includes(name)) faults.add(pointer, `{{${name}}} is not known: use ${known.join(', ')}`);
  if (/\{\{|\}\}/.test(template.replace(placeholder, '')))
    faults.add(pointer, 'has double braces that are not of the form {{field}}');
}

/** Of an unknown field nothing is left: what was accepted once is merged, whatever a later release knows. */
export function merged(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(placeholder, (_, name: string) =>
    Object.hasOwn(values, name) ? (values[name] as string) : '',
  );
}

/** What a member's names put in: one line each, and not without end. */
export function mergeValues(member: {
  title: string | null;
  forename: string;
  surname: string;
  membershipNumber: string;
}): Merged {
  const { title, forename, surname, membershipNumber } = member;
  // By letters: half a pair of surrogates is no text, and the outbox would refuse the whole block with it.
  const plain = (text: string | null) =>
    Array.from(oneLine(text ?? ''))
      .slice(0, longestValue)
      .join('');
  return {
    title: plain(title),
    forename: plain(forename),
    surname: plain(surname),
    fullName: plain([title, forename, surname].filter(Boolean).join(' ')),
    membershipNumber: plain(membershipNumber),
  };
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
