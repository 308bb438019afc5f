/** In charge of the words of `npx rosette backup|restore`: what an operator asks for, or in plain words what is wrong with it. */
import { parseArgs } from 'node:util';
import { lengthOf } from '../http/has-length.js';

export type BackupOrder =
  | { verb: 'backup'; folder: string; by: string }
  | {
      verb: 'restore';
      folder: string;
      by: string;
      /** Undefined: where the servers keep theirs. */
      journal?: string;
      withoutJournal: boolean;
      confirm?: string;
    };

export const backupUsage = `  npx rosette backup <folder> --by <your name>
                                     everything but the keys, as of one moment, while the servers run
  npx rosette restore <folder> --by <your name> [--journal <file>]
                                     into an empty database; revives nothing that the journal says has ended
  npx rosette restore <folder> --by <your name> --without-journal --confirm <backup>
                                     where no journal is left; without --confirm it only says what that means`;

const options = {
  by: { type: 'string' },
  journal: { type: 'string' },
  'without-journal': { type: 'boolean' },
  confirm: { type: 'string' },
} as const;
const longestName = 200;

/** Whether the words are for this file at all. */
export function isBackup(words: readonly string[]): boolean {
  return words[0] === 'backup' || words[0] === 'restore';
}

/** All faults at once. */
export function readBackupOrder(words: readonly string[]): BackupOrder | { faults: string[] } {
  const verb = words[0] === 'restore' ? 'restore' : 'backup';
  let parsed;
  try {
    parsed = parseArgs({ args: words.slice(1), options, allowPositionals: true });
  } catch (error) {
    return { faults: [(error as Error).message] };
  }
  const { values, positionals } = parsed;
  const [folder] = positionals;
  const by = values.by?.trim() ?? '';
  const withoutJournal = values['without-journal'] ?? false;
  const faults = [
    ...(positionals.length === 1 ? [] : [`say which folder: npx rosette ${verb} <folder>`]),
    ...(by === '' ? ['--by is missing: your name, kept in the record'] : []),
    ...(lengthOf(by) > longestName ? [`--by is longer than ${longestName} characters`] : []),
    ...(verb === 'backup' && (values.journal ?? values.confirm ?? values['without-journal']) !== undefined
      ? ['backup takes no other option than --by']
      : []),
    ...(withoutJournal && values.journal !== undefined
      ? ['--journal and --without-journal exclude each other']
      : []),
    ...(!withoutJournal && values.confirm !== undefined ? ['--confirm goes with --without-journal'] : []),
  ];
  if (faults.length > 0 || folder === undefined) return { faults };
  if (verb === 'backup') return { verb, folder, by };
  const { journal, confirm } = values;
  return {
    verb,
    folder,
    by,
    withoutJournal,
    ...(journal === undefined ? {} : { journal }),
    ...(confirm === undefined ? {} : { confirm }),
  };
}
