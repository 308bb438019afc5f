/** In charge of who is signed in to this page, from the first look for a cookie to signing out. */
import { signal } from '@preact/signals';
import * as api from './api.js';

export type Me = api.Schemas['Me'];

/** `unknown`: the cookie is being looked at, or nobody answers; see `fault`. */
export const state = signal<'unknown' | 'signed-out' | 'signed-in'>('unknown');
export const me = signal<Me | undefined>(undefined);
/** Why it is still unknown. */
export const fault = signal<unknown>(undefined);
/** Said on the page of signing in. */
export const farewell = signal<string | undefined>(undefined);

const retryMs = 2_000;
const mayStopRoles = ['general-secretary', 'administrator'];

api.whenSignedOut(() => {
  if (state.value !== 'signed-in') return;
  farewell.value = 'Your session has ended. Sign in again.';
  forget();
});

/** Looks for a session, again and again until somebody answers. */
export async function begin(): Promise<void> {
  try {
    if (await api.resume()) await enter();
    else state.value = 'signed-out';
    fault.value = undefined;
  } catch (error) {
    if (error instanceof api.Refusal && error.status < 500 && error.code !== 'rate-limited') {
      state.value = 'signed-out';
      return;
    }
    fault.value = error;
    setTimeout(() => void begin(), retryMs);
  }
}

export async function signIn(username: string, password: string, code: string): Promise<void> {
  const factor = code === '' ? {} : /^[0-9]{6}$/.test(code) ? { code } : { recoveryCode: code };
  await api.signIn({ username, password, ...factor });
  await enter();
}

export async function signOut(): Promise<void> {
  farewell.value = 'You have signed out.';
  try {
    await api.signOut();
  } catch (error) {
    farewell.value =
      error instanceof api.NoAnswer
        ? 'This page has forgotten your session, but nobody answered: it may be open at the server still.'
        : 'You have signed out.';
  }
  forget();
}

/** Password and code again, for five minutes. */
export async function stepUp(password: string, code: string): Promise<void> {
  const factor = /^[0-9]{6}$/.test(code) ? { code } : { recoveryCode: code };
  const { body } = await api.post('/v1/auth/step-up', { password, ...factor });
  if (me.value) me.value = { ...me.value, steppedUpUntil: body.steppedUpUntil };
}

/** Whether the API would ask for password and code now, as far as is known; ten seconds are left for writing. */
export function needsStepUp(): boolean {
  const until = me.value?.steppedUpUntil;
  return until == null || Date.parse(until) < Date.now() + 10_000;
}

/** Whether stopping and lifting are offered; what is allowed is the API's to say. */
export function mayStop(): boolean {
  return me.value?.grants.some(({ role }) => mayStopRoles.includes(role)) ?? false;
}

async function enter(): Promise<void> {
  me.value = (await api.get('/v1/me')).body;
  farewell.value = undefined;
  state.value = 'signed-in';
}

function forget(): void {
  me.value = undefined;
  state.value = 'signed-out';
}
