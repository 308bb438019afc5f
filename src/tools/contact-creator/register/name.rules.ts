/**
 * Names as registers print them. Capitals are kept, because nobody can tell MACDONALD from MacDonald; search and
 * matching use the folded form of `fold.rules.ts`.
 */
const untidy = /[`´‘’ʼ\u00a0\s]/;

/** One space between words, a straight apostrophe for every look-alike. */
export function tidy(cell: string): string {
  if (cell === '') return '';
  if (!untidy.test(cell)) return cell;
  return cell
    .replace(/[`´‘’ʼ]/g, "'")
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();
}

/** `(z) ` before a surname: opted out of the open register. */
export function withoutOptOutMark(name: string): { name: string; isOptedOut: boolean } {
  if (name.charCodeAt(0) !== 40 || !/^\(z\)/i.test(name)) return { name, isOptedOut: false };
  return { name: name.slice(3).trim(), isOptedOut: true };
}

/** `Ada Mary Ann` is forename and middle names. */
export function splitForenames(forenames: string): { forename: string; middleNames: string } {
  const space = forenames.indexOf(' ');
  if (space < 0) return { forename: forenames, middleNames: '' };
  return { forename: forenames.slice(0, space), middleNames: forenames.slice(space + 1) };
}

const particles = new Set(
  "van von der den de del della di da dos das du la las los le ter ten te 't el al abu bin ibn ap ab st st. san mac mc o o' d'".split(
    ' ',
  ),
);

/**
 * `Smith John Paul` and `van der Berg Anna`: a name in one column, surname first. Where a comma parts them there is no
 * doubt; else it is a guess, and says so.
 */
export function splitFullName(name: string): { surname: string; forenames: string; isUncertain: boolean } {
  const comma = name.indexOf(',');
  if (comma > 0) {
    return {
      surname: name.slice(0, comma).trim(),
      forenames: name.slice(comma + 1).trim(),
      isUncertain: false,
    };
  }
  const words = name.split(' ');
  let last = 0;
  // A particle opens a surname only where a surname and a forename can still follow.
  while (words.length - last > 2 && particles.has(words[last]!.toLowerCase())) last += 1;
  return {
    surname: words.slice(0, last + 1).join(' '),
    forenames: words.slice(last + 1).join(' '),
    isUncertain: true,
  };
}
