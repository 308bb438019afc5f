import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Measurement } from '../benchmark.js';
import { disclosure, newKeys, seal } from '../../src/ledger/verify/made-up-record.fixture.js';
import { verifyFiles } from '../../src/ledger/verify/run-verify.js';

const rows = 200_000;

/** What checking the record costs whoever is handed it: reading, canonical form, leaf, tree, scopes. */
export const measurement: Measurement = {
  what: `offline verification of ${rows.toLocaleString('en-GB')} sealed disclosures in one file`,
  isLong: false,

  async measure() {
    const folder = mkdtempSync(join(tmpdir(), 'rosette-verify-'));
    try {
      const keys = newKeys();
      const events = Array.from({ length: rows }, (_, n) => disclosure(n));
      const path = join(folder, 'record.ndjson');
      writeFileSync(path, `${seal(events, keys).lines.join('\n')}\n`);
      const rounds: number[] = [];
      for (let round = 1; round <= 3; round += 1) {
        const begunAt = performance.now();
        const { rejected } = await verifyFiles([path], [keys.key]);
        rounds.push(((performance.now() - begunAt) * 1_000) / rows);
        if (rejected.length > 0) throw new Error(rejected.join('\n'));
      }
      return [{ what: 'a row', unit: 'µs', measured: Math.round(median(rounds) * 100) / 100, most: 10 }];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
