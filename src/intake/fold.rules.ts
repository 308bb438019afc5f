/**
 * In charge of the folded forms under which names, streets and addresses are compared and sorted, and of postcodes.
 * A folded text has lower-case letters, digits and single spaces alone; folding it again changes nothing.
 * What a folded text is matched against is left to the caller.
 */
const FOLDED = /^[a-z0-9]+(?: [a-z0-9]+)*$/;
const PLAIN = /^[\x20-\x7e]*$/;
const APOSTROPHES = /['`´ʼ‘’]/g;
const NOT_ALPHANUMERIC = /[^a-z0-9]+/g;
const NOT_LETTER_OR_DIGIT = /[^\p{L}\p{N}]+/gu;
const MARKS = /\p{M}+/gu;
/** Letters that Unicode does not decompose, as they are written where the accent is left out. */
const UNDECOMPOSED = /[ßæœøđðłþı]/g;
const PLAIN_FOR = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', þ: 'th', ı: 'i' }),
);

/** `O`NEILL-Štěpán` → `oneill stepan`: a hyphen parts two names, an apostrophe does not. */
export function foldName(name: string): string {
  const lower = name.toLowerCase();
  // Most are nearly folded already, and a register has millions.
  if (FOLDED.test(lower)) return lower;
  if (PLAIN.test(name)) {
    return lower.replace(APOSTROPHES, '').replace(NOT_ALPHANUMERIC, ' ').trim();
  }
  return decompose(decompose(name.replace(APOSTROPHES, '')).toLowerCase())
    .replace(APOSTROPHES, '')
    .replace(UNDECOMPOSED, plainFor)
    .replace(NOT_LETTER_OR_DIGIT, ' ')
    .trim();
}

/** `St. John`s Road` → `st johns road`. Words are not abbreviated: `Rd` and `Road` may be two streets. */
export function foldStreet(street: string): string {
  return foldName(street);
}

/** All texts that begin with a prefix, in "C" order: from the first on, up to but without the second. */
export type PrefixRange = readonly [from: string, to: string];

/** Ranges, not patterns: they are what an index can walk under a policy. */
export function prefixRange(folded: string): PrefixRange {
  // No text sorts after the last code point.
  return [folded, `${folded}\u{10FFFF}`];
}

const POSTCODE_SPACING = /[\s.\-\u200b\ufeff]+/g;
const POSTCODE = /^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})$/;
const LONGEST_POSTCODE_FIELD = 40;

/** `nw104uj`, `  NW10   3JU ` → `NW10 4UJ`, `NW10 3JU`; null for what is no postcode. */
export function normalisePostcode(text: string | null): string | null {
  if (text === null || text.length > LONGEST_POSTCODE_FIELD) return null;
  const parts = POSTCODE.exec(text.replace(POSTCODE_SPACING, '').toUpperCase());
  return parts === null ? null : `${parts[1]} ${parts[2]}`;
}

function decompose(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '');
}

function plainFor(letter: string): string {
  return PLAIN_FOR.get(letter) ?? letter;
}
