/**
 * Markers and opt-outs. A marker says in which polls an elector may vote; `Z` among them is no franchise but means
 * opted out of the open register. Letters that nobody knows are kept: dropping one would give somebody a vote.
 */
export interface Markers {
  franchise: string;
  isOptedOut: boolean;
  unknown: string;
}

const known = 'GBKELFM';
const none: Markers = { franchise: '', isOptedOut: false, unknown: '' };
/** An elector has one or two markers; a longer run of letters is a word that strayed into the column. */
const word = /[A-Z]{6}/i;
const longest = 10;

export function parseMarkers(text: string): Markers | { fault: string } {
  if (text === '') return none;
  if (word.test(text)) return { fault: 'holds a word, not markers' };
  let franchise = '';
  let unknown = '';
  let isOptedOut = false;
  for (const letter of text.toUpperCase()) {
    if (letter === 'Z') isOptedOut = true;
    else if (!' ,;/()-'.includes(letter) && !franchise.includes(letter)) {
      franchise += letter;
      if (!known.includes(letter)) unknown += letter;
    }
  }
  if (franchise.length > longest) return { fault: `has more than ${longest} markers` };
  return { franchise, isOptedOut, unknown };
}

const out = new Set(['y', 'yes', '1', 'true']);
const notOut = new Set(['', 'n', 'no', '0', 'false']);

/** Undefined for what is neither: the caller then holds the elector for opted out, which does no harm. */
export function parseOptOut(text: string): boolean | undefined {
  const value = text.toLowerCase();
  return out.has(value) ? true : notOut.has(value) ? false : undefined;
}
