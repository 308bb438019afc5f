/**
 * In charge of the file that the data officer is given: a made-up register in which a few rows are as councils' files
 * sometimes have them. What each should have been is known, so that it can be mended.
 */
import { parse } from 'csv-parse';
import { generateRegister } from '../demonstration/register-generator.js';
import { csvLine } from '../http/csv-cell.js';

/** Wimbledon, which the demonstration leaves empty. */
export const practiceSeat = { constituencyId: 'E14001586', name: 'Wimbledon' } as const;
/** By it a later tour knows its own. */
export const practiceEro = 'Merton (made up)';
export const publishedOn = '2025-12-01';
const electors = 1_200;
const layout = 'xpress';

/** Places in a row of the layout. */
const place = { number: 1, birth: 4, surname: 5, forename: 6, address: 8, spareAddress: 12 } as const;
/** Ten kilobytes, so that a file of these rows is more than any kernel takes for a client that reads slowly. */
const pageLong = 'A Very Long Building '.repeat(500).trim();

export interface PracticeRegister {
  file: string;
  /** Rows that cannot be read: by its line, how the row should have been; null: it should not be there at all. */
  sound: ReadonlyMap<number, readonly string[] | null>;
  /** Somebody under 16, of whom nothing may be kept. */
  children: number;
}

/** The same file each time; with addresses a page long, if wanted. */
export async function practiceRegister(isLong: boolean): Promise<PracticeRegister> {
  const { constituencyId } = practiceSeat;
  const request = { constituencyId, electors, seed: 3, layout, publishedOn } as const;
  let text = '';
  for await (const piece of generateRegister(request)) text += piece;
  const [header, ...rows] = await rowsOf(text);
  const addressed = rows.filter((row) => row[place.address] !== '');
  if (isLong) for (const row of addressed) row[place.spareAddress] = pageLong;
  const plain = addressed.filter((row) => row[place.birth] === '');
  const at = (share: number) => plain[Math.floor(plain.length * share)] ?? [];
  const sound = new Map<string[], readonly string[]>();
  const damage = (row: string[], cells: [number, string][]) => {
    sound.set(row, [...row]);
    for (const [cell, value] of cells) row[cell] = value;
  };
  damage(at(0.1), [[place.number, 'l07']]);
  damage(at(0.4), [
    [place.surname, ''],
    [place.forename, ''],
  ]);
  damage(at(0.7), [[place.birth, '31/02/2009']]);
  const twice = [...at(0.9)];
  const child = at(0.5)
    .with(place.number, '90001')
    .with(place.birth, '09/03/2013')
    .with(place.forename, 'Minnie');
  const all = [header ?? [], ...rows, twice, child];
  const lines = all.flatMap((row, index) => {
    const right = row === twice ? null : sound.get(row);
    return right === undefined ? [] : ([[index + 1, right]] as const);
  });
  return { file: all.map(csvLine).join(''), sound: new Map(lines), children: 1 };
}

export interface RejectedRow {
  line: number;
  field: string;
  reason: string;
}

/** What the file of rejected rows says, and the same file mended: Rosette's own columns stay in front. */
export async function mended(
  rejectedRows: string,
  sound: PracticeRegister['sound'],
): Promise<{ rejected: RejectedRow[]; file: string; rows: number }> {
  const [header, ...rows] = await rowsOf(rejectedRows);
  const rejected = rows.map(([line, field, reason]) => ({
    line: Number(line),
    field: field ?? '',
    reason: reason ?? '',
  }));
  const right = rows.flatMap((row) => {
    const cells = sound.get(Number(row[0]));
    return cells ? [[...row.slice(0, 3), ...cells]] : [];
  });
  return { rejected, file: [header ?? [], ...right].map(csvLine).join(''), rows: right.length };
}

async function rowsOf(text: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const row of parse(text, { bom: true })) rows.push(row as string[]);
  return rows;
}
