import { commonBases } from './common-passwords.js';
import { walkAt } from './keyboard-walk.js';
import { isLeaked, longestLeaked } from './leaked-passwords.js';

/**
 * In charge of which passwords are refused (NIST SP 800-63B, 5.1.1.2): too short, too long, leaked before, made of what
 * everybody chooses, or of the name of the account or the service. No rule asks for capitals or digits.
 */
export const minPasswordLength = 12;
export const maxPasswordLength = 128;

/** Why the password is refused, as the end of a sentence; undefined if it may be used. */
export function faultOfPassword(password: string, username = ''): string | undefined {
  const text = password.normalize('NFKC');
  const length = Array.from(text).length;
  if (length < minPasswordLength || length > maxPasswordLength) {
    return `must have ${minPasswordLength} to ${maxPasswordLength} characters`;
  }
  const folded = text.toLowerCase();
  if (folded.includes('rosette')) return 'must not contain the name of the service';
  const [name = ''] = username.split('@');
  if ((username !== '' && folded.includes(username)) || (name.length >= 3 && folded.includes(name)))
    return 'must not contain the username';
  if (isCommon(folded)) return 'is one of the passwords that are tried first';
  return undefined;
}

const lettersBehind: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '€': 'e',
  '£': 'l',
};
const bases = new Set(commonBases);
const longestBase = Math.max(...commonBases.map(({ length }) => length));
const mostBases = 2;
const letter = /\p{L}/u;

/** A shorter entry of the list of leaks counts only if it is repeated: `were` and `sign` are among them. */
const shortestLeaked = 6;
const shortestRepeated = 3;

/**
 * Whether a password is at most two different common words and keyboard walks, or one leaked password, however often
 * repeated and whatever digits and signs stand around: the bases times each other times every suffix, which no list
 * could hold.
 */
export function isCommon(folded: string): boolean {
  return [folded, unmasked(folded)].some((text) => isLeaked(text) || isComposed(text) || isOneLeaked(text));
}

/** `linkedin1234`, `kobe24kobe24!`: one entry that begins at a digit, a sign or the first letter, and no other letter. */
function isOneLeaked(text: string): boolean {
  const firstLetter = text.search(letter);
  for (let from = 0; from <= firstLetter; from += 1) {
    for (let length = shortestRepeated; length <= Math.min(longestLeaked, text.length - from); length += 1) {
      const word = text.slice(from, from + length);
      if (!isLeaked(word)) continue;
      const around = text.slice(from).split(word);
      const isEnough = length >= shortestLeaked || around.length > 2;
      if (isEnough && around.every((part) => !letter.test(part))) return true;
    }
  }
  return false;
}

/** `p@55w0rd` → `password`; digits at the end, as in `monkey1984`, stay what they are. */
function unmasked(folded: string): string {
  const end = /[^a-z]*$/.exec(folded)?.index ?? folded.length;
  const start = folded.slice(0, end);
  return start.replace(/[^a-z]/gu, (sign) => lettersBehind[sign] ?? sign) + folded.slice(end);
}

/** Walks the text from its start, keeping for each position the sets of words that lead there. */
function isComposed(text: string): boolean {
  const reached: string[][][] = Array.from({ length: text.length + 1 }, () => []);
  reached[0] = [[]];
  for (let from = 0; from < text.length; from += 1) {
    for (const words of reached[from] ?? []) {
      if (/[^\p{L}]/u.test(text.charAt(from))) keep(reached, from + 1, words);
      const run = walkAt(text, from);
      if (run > 0) keep(reached, from + run, words);
      for (let length = 3; length <= Math.min(longestBase, text.length - from); length += 1) {
        const word = text.slice(from, from + length);
        if (bases.has(word))
          keep(reached, from + length, words.includes(word) ? words : [...words, word].sort());
      }
    }
  }
  return (reached[text.length] ?? []).length > 0;
}

function keep(reached: string[][][], position: number, words: string[]): void {
  const here = reached[position];
  if (!here || words.length > mostBases || here.some((known) => known.join() === words.join())) return;
  here.push(words);
}
