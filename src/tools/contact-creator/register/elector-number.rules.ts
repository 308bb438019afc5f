/**
 * Elector numbers in every form that suppliers print. The number stays decimal text: as a float 3.10 and 3.1 would be
 * told apart by luck alone.
 */
export interface ElectorNumber {
  number: string;
  suffix: string;
}

/** The column in the database is numeric(12, 4). */
const largestWhole = 8;
const mostDecimals = 4;

const plain = /^\d{1,8}$/;
const form = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?:\/([A-Za-z0-9]+(?:\.0+)?)|([A-Za-z]))?$/;
const combined = /^(.+)-(\d[\d,.]*(?:\/[A-Za-z0-9]+)?)$/;

/** `124`, `124/1`, `1,234`, `3.5`, `5.000`; the suffix of a column of its own, where 0 means none. */
export function parseElectorNumber(
  numberText: string,
  suffixText: string,
): ElectorNumber | { field: 'number' | 'suffix'; fault: string } {
  const ownSuffix = plainSuffix(suffixText);
  if (plain.test(numberText)) {
    if (ownSuffix.length > 10) return { field: 'suffix', fault: 'is longer than 10 characters' };
    return { number: withoutZeros(numberText), suffix: ownSuffix };
  }
  if (numberText === '') return { field: 'number', fault: 'is missing' };
  const parts = form.exec(numberText);
  if (!parts) return { field: 'number', fault: 'is not an elector number' };
  const whole = withoutZeros(parts[1]!.replaceAll(',', ''));
  const decimals = (parts[2] ?? '').replace(/0+$/, '');
  if (whole.length > largestWhole || decimals.length > mostDecimals) {
    return { field: 'number', fault: `has more than ${largestWhole} digits or ${mostDecimals} decimals` };
  }
  const written = plainSuffix(parts[3] ?? parts[4] ?? '');
  if (written !== '' && ownSuffix !== '' && written !== ownSuffix) {
    return { field: 'suffix', fault: 'is not the suffix that the number carries' };
  }
  const suffix = written || ownSuffix;
  if (suffix.length > 10) return { field: 'suffix', fault: 'is longer than 10 characters' };
  return { number: decimals === '' ? whole : `${whole}.${decimals}`, suffix };
}

/** `KD-2/2-289/1`: a district may hold both separators, so the last `-number[/suffix]` is the number. */
export function splitCombinedNumber(text: string): { prefix: string; number: string } | undefined {
  const parts = combined.exec(text);
  return parts ? { prefix: parts[1]!.trim(), number: parts[2]! } : undefined;
}

function plainSuffix(text: string): string {
  if (text === '' || text === '0') return '';
  const suffix = /^\d+(\.0+)?$/.test(text) ? text.replace(/\.0+$/, '').replace(/^0+/, '') : text;
  return suffix.toUpperCase();
}

function withoutZeros(digits: string): string {
  return digits.charCodeAt(0) === 48 ? digits.replace(/^0+(?=\d)/, '') : digits;
}
