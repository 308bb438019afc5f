/** In charge of what the environment may say of the first administrator. set-up.service.ts makes him. */
import type { Review } from '../config/environment.js';
import { faultOfPassword } from './password.rules.js';
import { normalUsername, usernamePattern } from './username.rules.js';

/** The faults repeat neither the name nor the password. */
export const faultsOfFirstAdministrator: Review = ({
  ROSETTE_ADMIN_USERNAME: given,
  ROSETTE_ADMIN_PASSWORD: password,
}) => {
  const username = given === undefined ? undefined : normalUsername(given);
  const faults: string[] = [];
  if (username !== undefined && !usernamePattern.test(username))
    faults.push('ROSETTE_ADMIN_USERNAME must be an e-mail address');
  if (username !== undefined && password === undefined)
    faults.push('ROSETTE_ADMIN_PASSWORD must be set where ROSETTE_ADMIN_USERNAME is');
  if (username === undefined && password !== undefined)
    faults.push('ROSETTE_ADMIN_USERNAME must be set where ROSETTE_ADMIN_PASSWORD is');
  const weakness = password === undefined ? undefined : faultOfPassword(password, username);
  if (weakness !== undefined) faults.push(`ROSETTE_ADMIN_PASSWORD ${weakness}`);
  return faults;
};
