/**
 * The first chapter: everybody signs in, and the server is looked at: is the demonstration loaded, and does nothing stand
 * still that an earlier tour has stopped?
 */
import { putneyId } from '../demonstration/demonstration-plan.js';
import { isRoomFor } from './export-share.rules.js';
import { takeBackPractice } from './practice-import.js';
import { liftOwnSuspensions } from './suspension.js';
import { expect, type Schemas } from './story.js';
import { cast, type CastRole, type Tour } from './cast.js';

/** Some eight megabytes: twice what a kernel takes for a client that reads slowly. */
const fewestForAFile = 50_000;

export async function tellOfTheCast(tour: Tour): Promise<void> {
  const { story, people } = tour;
  story.chapter('Who takes part');
  story.takeStep(
    'Everybody signs in. Whoever sees much data or can stop things needs a code from a telephone besides the password.',
  );
  for (const role of Object.keys(cast) as CastRole[]) {
    const person = people[role];
    await person.signIn();
    const how = person.hasSecondFactor ? 'password and code' : 'password';
    story.answered(`${role.padEnd(24)} ${person.name.padEnd(16)} ${how}`);
  }

  story.takeStep('The general secretary looks whether both tools are running.');
  const secretary = people['general-secretary'];
  let tools = await secretary.get<Schemas['ToolStates']>('/v1/tools');
  if (tools.items.some(({ isRunning }) => !isRunning) && (await liftOwnSuspensions(tour))) {
    story.answered('An earlier tour was broken off and left a tool suspended; that is lifted now.');
    tools = await secretary.get<Schemas['ToolStates']>('/v1/tools');
  }
  for (const { name, isRunning } of tools.items)
    story.answered(`${name.padEnd(16)} ${isRunning ? 'running' : 'suspended'}`);
  expect(
    tools.items.every(({ isRunning }) => isRunning),
    'Somebody has suspended a tool. Lift the suspension (POST /v1/suspensions/{id}/lift, by two people), then take the tour.',
  );

  const officer = people['data-officer'];
  if ((await takeBackPractice(tour)) > 0)
    story.answered('An earlier tour left its practice register; that is taken back now.');
  const imports = await officer.get<Schemas['RegisterImportPage']>(
    `/v1/register-imports?constituencyId=${putneyId}`,
  );
  const walks = await people.canvasser.get<Schemas['MyWalkPage']>(`/v1/walks?constituencyId=${putneyId}`);
  const register = imports.items.find(({ state }) => state === 'committed');
  expect(
    register !== undefined && walks.items.length > 0,
    'The demonstration is still being loaded. Wait until the server says that it is ready, then take the tour.',
  );
  const electors = register.counts['end'] ?? 0;
  const exported = await officer.get<Schemas['ExportPage']>(
    `/v1/exports?constituencyId=${putneyId}&limit=100`,
  );
  if (electors < fewestForAFile) tour.whyPractice = 'small';
  else if (!isRoomFor(electors, exported.items, new Date())) tour.whyPractice = 'spared';
}
