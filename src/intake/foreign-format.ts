/**
 * In charge of knowing the files that people send by mistake, by how they begin, and of telling them what to do. A
 * spreadsheet is not opened: what it would show depends on the program.
 */

const beginnings: readonly { bytes: readonly number[]; reason: string }[] = [
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    reason: 'The file is a zip archive or an Excel workbook. Unpack it, or save it as CSV, and send that.',
  },
  {
    bytes: [0x50, 0x4b, 0x05, 0x06],
    reason: 'The file is an empty zip archive. Send the register as CSV.',
  },
  { bytes: [0x1f, 0x8b], reason: 'The file is compressed with gzip. Unpack it and send what is in it.' },
  {
    bytes: [0x25, 0x50, 0x44, 0x46],
    reason: 'The file is a PDF. Ask the electoral registration officer for the register as data (CSV).',
  },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    reason: 'The file is an old Excel or Word document. Save it as CSV and send that.',
  },
];

const writings: readonly { pattern: RegExp; reason: string }[] = [
  { pattern: /^\s*\[\s*[{\]]|^\s*\{\s*["}]/, reason: 'The file is JSON. Send the register as CSV.' },
  {
    pattern: /^\s*<(\?xml|!doctype|html)\b/i,
    reason: 'The file is XML or a web page. Send the register as CSV.',
  },
  { pattern: /^\{\\rtf/, reason: 'The file is a word processor document. Send the register as CSV.' },
];

/** Why a file that begins like this is refused; null when it may be delimited text. */
export function foreignFormat(head: Buffer): string | null {
  const known = beginnings.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  if (known !== undefined) return known.reason;
  const start = head.toString('latin1', 0, 200).replace(/^\u00EF\u00BB\u00BF/, '');
  return writings.find(({ pattern }) => pattern.test(start))?.reason ?? null;
}
