/** In charge of telling somebody that the control room is not for his account, or not for a session without a code. */
import { Refusal } from './api.js';
import { fault } from './knowledge.js';
import { me } from './session.js';
import { faultInWords } from './words.js';

export function NotForYouView() {
  const refusal = fault.value;
  const lacksFactor =
    (refusal instanceof Refusal && refusal.code === 'mfa-required') ||
    (me.value?.isSecondFactorRequired === true && !me.value.hasSecondFactor);
  return (
    <>
      <h1 tabIndex={-1}>The control room is not open to you</h1>
      {lacksFactor ? (
        <p>
          Your role counts only in a session with a second factor. Sign out, and sign in again with a code of
          your authenticator app; if you have none yet, enrol one first.
        </p>
      ) : (
        <p>
          {faultInWords(refusal)} It is for the general secretary, the administrator and the data protection
          officer.
        </p>
      )}
    </>
  );
}
