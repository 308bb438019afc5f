/**
 * The chapter of the register: a file with faults is looked at before anything changes, taken, mended and sent again. The
 * tour's last act takes it back, so that the demonstration is as it was.
 */
import type { Tour, WhyPractice } from './cast.js';
import { reached, takeBackPractice } from './practice-import.js';
import { mended, practiceEro, practiceRegister, practiceSeat, publishedOn } from './practice-register.js';
import { count, expect, type Schemas } from './story.js';

type Import = Schemas['RegisterImport'];
const purpose = 'register-management';
const inPractice: Record<WhyPractice, string> = {
  small: 'This demonstration is a small one.',
  spared:
    'Files of Putney have left for the tour already, and a data officer may export so many electors a day.',
};

export async function tellOfTheRegister(tour: Tour): Promise<void> {
  const { story, people } = tour;
  const officer = people['data-officer'];
  const practice = await practiceRegister(tour.whyPractice !== undefined);
  const { name } = practiceSeat;

  story.chapter('The register arrives');
  story.takeStep(
    `The council has sent a register of ${name}. The data officer has it read without changing anything: a dry run.`,
  );
  tour.remedies.push({
    says: 'The practice register is taken back.',
    apply: () => takeBackPractice(tour),
  });
  const first = await send(tour, practice.file, true);
  const dry = await reached(tour, first, 'staged');
  const { rows = 0, accepted = 0, rejected = 0, notStored = 0 } = dry.counts;
  if (tour.whyPractice)
    story.answered(
      `(${inPractice[tour.whyPractice]} The addresses in this file are a page long, so that the last chapter has a file that takes its time all the same.)`,
    );
  story.answered(`${count(rows)} rows read: ${count(accepted)} good, ${rejected} that cannot be read,`);
  story.answered(`${notStored} of a child under 16, of whom nothing is kept but that there was a row.`);
  expect(
    rejected === practice.sound.size &&
      notStored === practice.children &&
      rows === accepted + rejected + notStored,
    `The file has ${practice.sound.size} bad rows and ${practice.children} child; the server counted otherwise.`,
    dry.counts,
  );

  story.takeStep('The data officer downloads what was not taken: each row with its line and what is wrong.');
  const path = `/v1/register-imports/${first}`;
  const mend = await mended(
    await officer.get<string>(`${path}/rejected-rows.csv`, { purpose }),
    practice.sound,
  );
  for (const { line, field, reason } of mend.rejected)
    story.answered(`line ${String(line).padStart(4)}  ${field === '' ? 'whole row' : field}: ${reason}`);
  expect(
    mend.rejected.length === rejected + notStored,
    'The file of rejected rows does not hold them all.',
    mend.rejected,
  );

  story.takeStep('The rest is good, so the data officer lets it take effect.');
  await officer.post(`${path}/commit`);
  const taken = await reached(tour, first, 'committed');
  const { adds = 0, kept = 0, end = 0 } = taken.counts;
  story.answered(
    `${count(adds)} new electors, ${count(kept)} known from before; the register now holds ${count(end)}.`,
  );
  expect(
    end === accepted,
    `${count(accepted)} rows were good; the register holds ${count(end)}.`,
    taken.counts,
  );

  story.takeStep(
    `The data officer mends ${mend.rows} of the bad rows in a spreadsheet and sends that file alone. Nobody falls off the register by it.`,
  );
  const second = await send(tour, mend.file, false);
  const more = await reached(tour, second, 'committed');
  story.answered(
    `${more.counts['adds']} more, ${more.counts['removes']} fewer; the register now holds ${count(more.counts['end'] ?? 0)}.`,
  );
  expect(
    more.counts['end'] === end + mend.rows && more.counts['removes'] === 0,
    'The mended rows were not added.',
    more.counts,
  );
}

export async function takeBackTheRegister(tour: Tour): Promise<void> {
  const { story } = tour;
  story.takeStep(
    `The register of ${practiceSeat.name} was for practice. The data officer takes both files back, the newest first.`,
  );
  const taken = await takeBackPractice(tour);
  tour.remedies.pop();
  expect(taken === 2, `Two files should have been taken back, not ${taken}.`);
  story.answered('Both are undone: the register is as it was before the tour.');
}

async function send({ people }: Tour, file: string, isDryRun: boolean): Promise<string> {
  const query = new URLSearchParams({
    constituencyId: practiceSeat.constituencyId,
    publishedOn,
    gateway: 'constituency-party',
    registerType: 'revised',
    ero: practiceEro,
    dryRun: String(isDryRun),
  });
  const path = `/v1/register-imports?${query.toString()}`;
  return (await people['data-officer'].post<Import>(path, undefined, { file, purpose })).id;
}
