/**
 * In charge of the order of the chapters. The tour knows the server by its public API alone, as any client does.
 */
import type { Tour } from './cast.js';
import { tellOfTheCast } from './cast-chapter.js';
import { tellOfTheDoorstep } from './doorstep-chapter.js';
import { tellOfTheLedger } from './ledger-chapter.js';
import { tellOfTheMembers } from './members-chapter.js';
import { takeBackTheRegister, tellOfTheRegister } from './register-chapter.js';
import { tellOfTheSwitch } from './switch-chapter.js';
import { tellOfTheTargets } from './targeting-chapter.js';

/** From the first sign-in to the switch. Throws at the first step that does not go as it should. */
export async function takeTour(tour: Tour): Promise<void> {
  await tellOfTheCast(tour);
  await tellOfTheRegister(tour);
  const aim = await tellOfTheTargets(tour);
  await tellOfTheDoorstep(tour, aim);
  await tellOfTheMembers(tour);
  await tellOfTheLedger(tour);
  await tellOfTheSwitch(tour);
  await takeBackTheRegister(tour);
}
