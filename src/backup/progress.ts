/** In charge of what an operator is told while tables are written and read: how far, and how fast. */
export type Say = (line: string) => void;

const everyMs = 5_000;
const mebibyte = 1_048_576;

/** Says how far a table is, every five seconds. */
export function progressOf(table: string, say: Say): (bytes: number) => void {
  let toldAt = performance.now();
  return (bytes) => {
    if (performance.now() - toldAt < everyMs) return;
    toldAt = performance.now();
    say(`  ${table}: ${Math.round(bytes / mebibyte).toLocaleString('en-GB')} MiB so far`);
  };
}

/** How much there was of all, and how fast it went. */
export function amountOf(tables: readonly { bytes: number; storedBytes: number }[], seconds: number): string {
  const sum = (key: 'bytes' | 'storedBytes') =>
    tables.reduce((total, table) => total + table[key], 0) / mebibyte;
  const [bytes, stored] = [sum('bytes'), sum('storedBytes')];
  return `${bytes.toFixed(1)} MiB (${stored.toFixed(1)} MiB on disk) in ${seconds.toFixed(1)} s, ${(bytes / seconds).toFixed(1)} MiB/s`;
}
