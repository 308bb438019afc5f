/**
 * In charge of the shape of e-mail addresses and telephone numbers in membership lists. Whether anybody answers there
 * only a letter or a call can tell.
 */
const EMAIL = /^[^\s@<>()[\],;:"\\]+@[^\s@<>()[\],;:"\\.]+(?:\.[^\s@<>()[\],;:"\\.]+)+$/;
const LONGEST_EMAIL = 254;
const LONGEST_CELL = 60;

/** Undefined for what is no address. */
export function emailOf(cell: string): string | undefined {
  const email = cell.replace(/^mailto:/i, '');
  return email.length <= LONGEST_EMAIL && EMAIL.test(email) ? email : undefined;
}

/** Digits, with a plus before a country's: `+44 (0)7700 900123` and `7700900123` are the same. Undefined for others. */
export function telephoneOf(cell: string): string | undefined {
  if (cell.length > LONGEST_CELL || !/^[\d\s+().\-/]+$/.test(cell)) return undefined;
  const digits = cell
    .replace(/\(0\)/, '')
    .replace(/[\s().\-/]/g, '')
    .replace(/^00/, '+')
    .replace(/^\+?44(?=[1-9]\d{8,9}$)/, '0')
    // A spreadsheet takes the zero off.
    .replace(/^(?=[1-37]\d{9}$)/, '0');
  return /^\+?\d{7,15}$/.test(digits) ? digits : undefined;
}

export function isMobile(telephone: string): boolean {
  return /^07[1-57-9]/.test(telephone);
}
