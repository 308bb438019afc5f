import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingKeys, refuseTogether, withChecks } from './needed-keys.js';

const id = '0000000000000-00000000';

describe('The keys that a backup needs', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rosette-keys-'));
    writeFileSync(join(folder, `envelope-${id}.key`), Buffer.alloc(32, 1), { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are missing where they are not there, or are others, known beforehand or not', () => {
    const [known] = withChecks([{ kind: 'envelope', id }], folder);
    const unknown = { ...known!, check: null };
    const absent = { kind: 'tombstone' as const, id, check: null };
    expect(known!.check).toMatch(/^[0-9a-f]{32}$/);
    expect(missingKeys([known!, unknown, absent], folder)).toEqual([absent]);
    writeFileSync(join(folder, `envelope-${id}.key`), Buffer.alloc(32, 2));
    expect(missingKeys([known!, unknown], folder)).toEqual([known]);
  });

  it('never lie with the backup, by whichever name', () => {
    const inside = join(folder, 'backup');
    mkdirSync(inside);
    const link = `${folder}-link`;
    symlinkSync(inside, link);
    try {
      for (const [backup, keys] of [
        [folder, folder],
        [inside, folder],
        [folder, inside],
        [link, folder],
        [join(folder, 'new'), folder],
      ] as const)
        expect(() => refuseTogether(backup, keys)).toThrow('lie within each other');
      expect(() => refuseTogether(`${folder}-beside`, folder)).not.toThrow();
    } finally {
      rmSync(link);
    }
  });
});
