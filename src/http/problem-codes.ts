/**
 * The registry of everything that can go wrong: one code, one status, one title, for ever. It drives the
 * filter, the responses in the OpenAPI document and the pages below `/problems`.
 */

export interface ProblemDefinition {
  status: number;
  /** Fixed per code (RFC 9457, section 3.1.3); what differs from case to case goes into `detail`. */
  title: string;
  /** For the page behind `type`: what happened and what a client does about it. */
  description: string;
  /** Headers that this status owes its reader. */
  headers?: Readonly<Record<string, string>>;
}

export const PROBLEMS = {
  'malformed-body': {
    status: 400,
    title: 'The body cannot be read',
    description: 'The body is empty, is not valid JSON or is not valid UTF-8. Nothing was done.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    description:
      'The request line, a header or the percent-encoding of the address is broken. Nothing was done.',
  },
  'validation-failed': {
    status: 400,
    title: 'The input is not valid',
    description:
      'Each member of `errors` points at one value and says what it must be. Unknown properties are refused.',
  },
  'purpose-required': {
    status: 400,
    title: 'A purpose is required',
    description: 'Personal data is read for a purpose: name it in the `Data-Purpose` header.',
  },
  'idempotency-key-required': {
    status: 400,
    title: 'An Idempotency-Key is required',
    description:
      'A request that creates something carries an `Idempotency-Key`, so that a retry creates nothing twice.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign in first',
    description: 'The token is absent, expired or withdrawn. Refresh it or sign in again.',
    headers: { 'WWW-Authenticate': 'Bearer realm="rosette"' },
  },
  'credentials-refused': {
    status: 401,
    title: 'The credentials are refused',
    description:
      'Username, password or code is wrong, or the account is closed. The answer is the same whichever it is.',
    headers: { 'WWW-Authenticate': 'Bearer realm="rosette"' },
  },
  'user-suspended': {
    status: 403,
    title: 'This account is suspended',
    description: 'The account may not use the service until the suspension is lifted.',
  },
  'office-suspended': {
    status: 403,
    title: 'This office is suspended',
    description: 'An office through which the request would act is suspended.',
  },
  'area-suspended': {
    status: 403,
    title: 'This area is suspended',
    description: 'The constituency is suspended.',
  },
  'client-suspended': {
    status: 403,
    title: 'This client is suspended',
    description: 'The application that sent the request is suspended.',
  },
  'grant-ended': {
    status: 403,
    title: 'The grant has ended',
    description: 'A grant that once allowed this has ended or has not begun yet.',
  },
  'purpose-not-authorised': {
    status: 403,
    title: 'The purpose is not authorised',
    description:
      'The purpose does not exist, has ended, or does not cover this action or these classes of data.',
  },
  'undertaking-required': {
    status: 403,
    title: 'An undertaking is required',
    description: 'The current undertaking on the use of personal data has to be accepted first.',
  },
  'mfa-required': {
    status: 403,
    title: 'A second factor is required',
    description: 'The role needs a session with a second factor: enrol one, or sign in again with a code.',
  },
  'step-up-required': {
    status: 403,
    title: 'Confirm who you are',
    description:
      'This action needs a fresh second factor: call `POST /v1/auth/step-up` and send the request again.',
  },
  'origin-refused': {
    status: 403,
    title: 'Only pages of this server may ask this',
    description:
      'What rests on a cookie is taken from this server’s own pages: `Origin` has to be its address. Other clients use `/v1/auth/token`.',
  },
  'not-permitted': {
    status: 403,
    title: 'This is not permitted',
    description: 'No grant of the signed-in user allows this action here.',
  },
  'opinions-not-allowed': {
    status: 403,
    title: 'Opinions may not be recorded',
    description:
      'The controller profile has no party registration, or no appropriate policy document in force (DPA 2018 Sch. 1 paras 22, 38-41).',
  },
  'opinion-of-a-minor': {
    status: 403,
    title: 'No opinion of anybody under eighteen',
    description: 'The elector has not attained eighteen: neither voting intention nor a flag is recorded.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    description: 'It does not exist, or it is not yours to know whether it does.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    description: 'The address exists; the `Allow` header names the methods it answers to.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    description: 'The request was not complete in time and the connection was closed. Send it again.',
  },
  conflict: {
    status: 409,
    title: 'The state does not allow this',
    description:
      'The resource is in a state in which this cannot be done. Read it again before the next attempt.',
  },
  'already-exists': {
    status: 409,
    title: 'It already exists',
    description: 'Something with the same unique value exists already.',
  },
  'event-cancelled': {
    status: 409,
    title: 'The event is cancelled',
    description: 'A cancelled event takes no sign-ups and is changed no more.',
  },
  'event-over': {
    status: 409,
    title: 'The event is over',
    description: 'An event that has ended takes no sign-ups and is changed no more.',
  },
  'event-full': {
    status: 409,
    title: 'The event is full',
    description: 'Every place is taken, and the event has no waiting list.',
  },
  'idempotency-key-reused': {
    status: 409,
    title: 'The Idempotency-Key was used for something else',
    description: 'The same key came with another body or route. A new request needs a new key.',
  },
  'idempotency-in-progress': {
    status: 409,
    title: 'The same request is still in progress',
    description: 'A request with this key is being worked on. Ask again shortly with the same key.',
  },
  'link-expired': {
    status: 410,
    title: 'The link is no longer valid',
    description: 'The one-time token has expired, was used or was replaced by a newer one. Ask for another.',
  },
  'export-expired': {
    status: 410,
    title: 'The export has expired',
    description: 'An export can be fetched for 24 hours. Ask for a new one.',
  },
  'precondition-failed': {
    status: 412,
    title: 'The resource has changed',
    description: 'The version in `If-Match` is not the current one. Read the resource again.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    description: 'The body exceeds the limit of this address.',
  },
  'uri-too-long': {
    status: 414,
    title: 'The address is too long',
    description: 'A part of the path is longer than any identifier this server gives out.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The media type is not supported',
    description:
      'The `Content-Type` is not one this address reads; almost everywhere that is `application/json`.',
  },
  'precondition-required': {
    status: 428,
    title: 'An If-Match header is required',
    description:
      'Changing this resource needs the `ETag` last seen, in `If-Match`, so that no change is lost.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    description: 'Wait as long as `Retry-After` says.',
  },
  'budget-exceeded': {
    status: 429,
    title: 'The disclosure budget is spent',
    description: 'The number of people whose data this user may see in a period has been reached.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    description: 'The header fields exceed the limit of the server.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    description:
      'A defect in the server. It was logged under the request id in `instance`; please report it with that id.',
  },
  'tool-suspended': {
    status: 503,
    title: 'The tool is switched off',
    description: 'The tool is suspended for everyone.',
  },
  'access-state-unknown': {
    status: 503,
    title: 'The access state is not known',
    description:
      'This replica cannot be certain that nothing is suspended, and so answers nothing. Try again shortly.',
    headers: { 'Retry-After': '1' },
  },
  'database-unavailable': {
    status: 503,
    title: 'The database cannot be reached',
    description:
      'Nothing was changed, or the change is safe to repeat with the same Idempotency-Key. Try again shortly.',
    headers: { 'Retry-After': '2' },
  },
  'shutting-down': {
    status: 503,
    title: 'This replica is shutting down',
    description: 'Another replica will answer: send the request again over a new connection.',
    headers: { 'Retry-After': '1', Connection: 'close' },
  },
  'http-version-not-supported': {
    status: 505,
    title: 'The HTTP version is not supported',
    description: 'HTTP/1.0 cannot show that a streamed answer was cut short. Use HTTP/1.1 or HTTP/2.',
  },
} as const satisfies Record<string, ProblemDefinition>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The definition under its general type. */
export function definitionOf(code: ProblemCode): ProblemDefinition {
  return PROBLEMS[code];
}

/** Whether a text from outside names a problem; `Object.hasOwn`, because `toString` names none. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}
