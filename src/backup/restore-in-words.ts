/** In charge of how an operator reads what a restore did, what it could not do, and what it means to have no journal. */
import type { JournalTail } from './journal/journal-file.js';
import type { Loaded } from './load-backup.js';
import type { Manifest } from './manifest.js';

export function lostWithoutJournal({ id, takenAt }: Manifest): string {
  return [
    `Nothing has been restored. Without the journal, whatever was ended after ${takenAt} is alive again:`,
    '  people who objected are canvassed and written to again, and so is whoever unsubscribed;',
    '  people who have left, and grants that were ended, have their access back;',
    '  passwords, second factors and programs’ secrets of before are good again;',
    '  what was suspended is suspended no longer once the suspension of everything is lifted.',
    'Every server keeps a journal, at JOURNAL_FILE: look on all of them. If there is none, put right by hand what you know of,',
    `and go on with: --without-journal --confirm ${id}`,
  ].join('\n');
}

/** What somebody has to see to, by what the journal could not do. */
const toSeeTo: Record<string, string> = {
  'contact-kept':
    'wishes of people on the doorstep (not to be contacted, called on or asked for) that concern entries which the backup does not have: import the registers again, and ask the canvassers of those days',
  'controller-profile': 'changes of the controller profile: look at it before anybody records opinions',
};

export function outcomesInWords(
  { takenAt }: Manifest,
  tail: JournalTail | undefined,
  { suspensionId, epoch, replayed }: Loaded,
): string[] {
  const of = (...outcomes: string[]) => replayed.filter(({ outcome }) => outcomes.includes(outcome));
  const counted = (rows: Loaded['replayed']) =>
    rows.map(({ kind, entries }) => `${entries} ${kind}`).join(', ');
  const [done, absent, open] = [of('applied'), of('absent'), of('unmet', 'unknown')];
  return [
    ...(tail
      ? [
          `The journal was last written at ${tail.writtenAt ?? tail.head.startedAt}. What ended in the last second before the end may be missing in it.`,
          done.length === 0
            ? 'It knows of nothing that ended after the backup.'
            : `Ended again: ${counted(done)}.`,
        ]
      : []),
    ...(absent.length === 0 ? [] : [`Not in the backup, so not revived either: ${counted(absent)}.`]),
    ...open.map(
      ({ kind, entries }) =>
        `TO SEE TO: ${entries} ${toSeeTo[kind] ?? `${kind}, which this version cannot apply`}.`,
    ),
    `The switch goes on at state ${epoch}, above every one that the backup and the journal have seen.`,
    `Everything else that was done after ${takenAt} is lost: contacts, imports, lists, accounts and grants made since.`,
    'Everybody signs in anew. Mail and work that waited is cancelled, for it may have been done.',
    `Everything is suspended, by suspension ${suspensionId}. When you have seen to what is above, start the servers; two people lift it`,
    `through the API, or if nobody is left who may: npx rosette lift ${suspensionId}`,
  ];
}
