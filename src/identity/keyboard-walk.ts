/**
 * In charge of what fingers and children recite: lines of neighbours on a keyboard, in the alphabet or among the digits,
 * and two such lines in turns, as `1q2w3e4r` and `1a2b3c4d` are. password.rules.ts says what is made of them.
 */
/** Of English keyboards, then of German and French ones. */
const rows = `
1234567890 qwertyuiop asdfghjkl zxcvbnm
qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn
`;
const columns = '1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm 8ik 9ol zse4 xdr5 cft6 vgy7 bhu8 nji9 mko0 lp';
const keyboard = wordsOf(rows + columns);
const forwards = keyboard.concat('abcdefghijklmnopqrstuvwxyz', '0123456789');
const lines = forwards.concat(forwards.map(backwards));

const adjacent = new Set(keyboard.flatMap(pairsOf).flatMap((pair) => [pair, backwards(pair)]));

/** Below these lengths words are made of the same: `were`, `dress`. */
const shortestLine = 3;
const shortestTurns = 6;
const shortestWalk = 8;

/** How many characters from there on are one such piece, the longest; 0 if none. */
export function walkAt(text: string, from: number): number {
  return Math.max(straightAt(text, from), turnsAt(text, from), windingAt(text, from));
}

/** One character repeated, or neighbours in one direction. */
function straightAt(text: string, from: number): number {
  let length = 1;
  while (from + length < text.length && isStraight(text.slice(from, from + length + 1))) length += 1;
  return length >= shortestLine ? length : 0;
}

/** Two lines in turns, of which one may stand still: `1q2w3e`, `a1a2a3`. */
function turnsAt(text: string, from: number): number {
  let length = 2;
  while (from + length < text.length && isStraight(everyOther(text.slice(from, from + length + 1))))
    length += 1;
  return length >= shortestTurns && !isStill(text.slice(from, from + length)) ? length : 0;
}

/** From key to neighbouring key in any direction. */
function windingAt(text: string, from: number): number {
  let length = 1;
  while (adjacent.has(text.slice(from + length - 1, from + length + 1))) length += 1;
  return length >= shortestWalk ? length : 0;
}

/** The characters in the place of the last one and of every other before it; the rest was looked at before. */
function everyOther(text: string): string {
  return Array.from(text)
    .filter((_, index) => (text.length - 1 - index) % 2 === 0)
    .join('');
}

function isStraight(text: string): boolean {
  return text === text.charAt(0).repeat(text.length) || lines.some((line) => line.includes(text));
}

/** Two characters in turns are no walk but a repetition. */
function isStill(text: string): boolean {
  return text === text.slice(0, 2).repeat(text.length).slice(0, text.length);
}

function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/);
}

function backwards(line: string): string {
  return Array.from(line).toReversed().join('');
}

function pairsOf(line: string): string[] {
  return Array.from(line.slice(1), (key, index) => `${line.charAt(index)}${key}`);
}
