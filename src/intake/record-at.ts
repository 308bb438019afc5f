/**
 * In charge of one record in a text: where it ends, which cells it has, how many physical lines it covers. Knows no
 * limits of size but the one that keeps an unclosed quote from swallowing the file.
 */

export type Parsed =
  | {
      kind: 'record';
      cells: string[];
      /** Where the next record begins. */
      next: number;
      lines: number;
      length: number;
      /** No cell of it is quoted. */
      isPlain: boolean;
    }
  /** The cells are those of the line on which the quote opened, read without quotes; `cell` counts from 1. */
  | { kind: 'unclosed'; cell: number; cells: string[]; next: number; lines: 1; length: number }
  /** The text ends before the record does. */
  | { kind: 'more' };

const QUOTE = 34;
const LF = 10;
const CR = 13;
const TAB = 9;
/** An address has nine lines at most. A quote open for longer than this was never meant to open. */
const MOST_LINES = 64;
const MORE: Parsed = { kind: 'more' };

/** The record that begins at `from`. `isLast` says that no text follows this one. */
export function recordAt(
  text: string,
  from: number,
  delimiter: string,
  isLast: boolean,
  longest: number,
): Parsed {
  const end = lineEndFrom(text, from, isLast);
  if (end === null) return MORE;
  const line = text.slice(from, end.at);
  if (!line.includes('"')) {
    const cells = line.split(delimiter);
    return { kind: 'record', cells, next: end.next, lines: 1, length: line.length, isPlain: true };
  }
  const cells: string[] = [];
  let isPlain = true;
  let lines = 1;
  let at = from;
  for (;;) {
    const opening = skipBlanks(text, at, delimiter);
    if (text.charCodeAt(opening) === QUOTE) {
      const closing = closingQuote(text, opening, delimiter, isLast);
      if (closing === 'more' && text.length - from <= longest) return MORE;
      if (typeof closing === 'string') {
        const unquoted = line.split(delimiter);
        return {
          kind: 'unclosed',
          cell: cells.length + 1,
          cells: lines === 1 ? unquoted : [line],
          next: end.next,
          lines: 1,
          length: line.length,
        };
      }
      isPlain = false;
      lines += closing.breaks;
      const cell = text.slice(opening + 1, closing.at);
      cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
      at = closing.after;
    } else {
      const start = at;
      while (at < text.length && !endsCell(text.charCodeAt(at), delimiter)) at++;
      cells.push(text.slice(start, at));
    }
    if (text.startsWith(delimiter, at)) {
      at++;
      continue;
    }
    const next = lineEndFrom(text, at, isLast);
    if (next === null) return MORE;
    return { kind: 'record', cells, next: next.next, lines, length: next.at - from, isPlain };
  }
}

/** The first line end at or after `from`: LF, CRLF, CR, or the end of the last text. */
export function lineEndFrom(
  text: string,
  from: number,
  isLast: boolean,
): { at: number; next: number } | null {
  const feed = text.indexOf('\n', from);
  const carriage = returnBefore(text, from, feed === -1 ? text.length : feed);
  if (carriage !== -1) {
    // A CR that ends the text may be half of a CRLF.
    if (carriage + 1 === text.length) return isLast ? { at: carriage, next: text.length } : null;
    return { at: carriage, next: text.charCodeAt(carriage + 1) === LF ? carriage + 2 : carriage + 1 };
  }
  if (feed !== -1) return { at: feed, next: feed + 1 };
  return isLast ? { at: text.length, next: text.length } : null;
}

/** A search that stops at `to`: `indexOf` would run to the end of the block for every line of a file without CR. */
function returnBefore(text: string, from: number, to: number): number {
  const found = text.slice(from, to).indexOf('\r');
  return found === -1 ? -1 : from + found;
}

type Closing = { at: number; after: number; breaks: number } | 'more' | 'unclosed';

/**
 * The quote that closes the one at `opening`: a delimiter or a line end follows it. Any other quote is text while the
 * line lasts. On a later line it shows that the opening quote was a stray one, and that line has quoted cells itself.
 */
function closingQuote(text: string, opening: number, delimiter: string, isLast: boolean): Closing {
  let breaks = 0;
  let from = opening + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    breaks += breaksIn(text, from, quote === -1 ? text.length : quote);
    if (breaks >= MOST_LINES) return 'unclosed';
    if (quote === -1) return isLast ? 'unclosed' : 'more';
    if (text.charCodeAt(quote + 1) === QUOTE) {
      from = quote + 2;
      continue;
    }
    const after = skipBlanks(text, quote + 1, delimiter);
    if (after === text.length) return isLast ? { at: quote, after, breaks } : 'more';
    if (endsCell(text.charCodeAt(after), delimiter)) return { at: quote, after, breaks };
    if (breaks > 0) return 'unclosed';
    from = quote + 1;
  }
}

function breaksIn(text: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = from; at < to && breaks < MOST_LINES; at++) {
    const code = text.charCodeAt(at);
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) breaks++;
  }
  return breaks;
}

function endsCell(code: number, delimiter: string): boolean {
  return code === delimiter.charCodeAt(0) || code === LF || code === CR;
}

function skipBlanks(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && isBlankCode(text.charCodeAt(at)) && !text.startsWith(delimiter, at)) at++;
  return at;
}

/** Space, tab, no-break space and byte order mark: what spreadsheets and mergers of files leave around a cell. */
function isBlankCode(code: number): boolean {
  return code === 0x20 || code === TAB || code === 0xa0 || code === 0xfeff;
}

/** The cell without the blanks around it; line breaks within quotes stay. */
export function trimCell(cell: string): string {
  let from = 0;
  let to = cell.length;
  while (from < to && isBlankCode(cell.charCodeAt(from))) from++;
  while (to > from && isBlankCode(cell.charCodeAt(to - 1))) to--;
  return from === 0 && to === cell.length ? cell : cell.slice(from, to);
}
