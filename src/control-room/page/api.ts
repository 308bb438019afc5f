/**
 * The one place that speaks to the server, by the types of its OpenAPI document. The access token lives here, in memory, and
 * nowhere else; the refresh token is in a cookie that no script can read.
 */
import type { components, paths } from '../../../test/golden/openapi.js';

export type Schemas = components['schemas'];
type Method = 'get' | 'post';
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];
type JsonOf<R> = R extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Answered<O> = O extends { responses: infer R }
  ? { [S in keyof R & (200 | 201 | 202 | 204)]: { status: S; body: JsonOf<R[S]> } }[keyof R &
      (200 | 201 | 202 | 204)]
  : never;
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer Body } } }
  ? Body
  : undefined;
type QueryOf<O> = O extends { parameters: { query?: infer Query } } ? Query : undefined;

/** What the server has said no to, or could not do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(title);
  }
}

/** No answer: whether anything was done is not known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Headers as a plain record, so that they can be added to. */
type Asked = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

const readMs = 5_000;
/** A suspension is answered once it is proved everywhere and certified, or after some seven seconds. */
const orderMs = 25_000;

let accessToken: string | undefined;
let refreshing: Promise<boolean> | undefined;
let onSignedOut: () => void = () => undefined;

/** Who is told when the session turns out to be over. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export function get<P extends PathsWith<'get'>>(
  path: P,
  { id, query }: { id?: string; query?: QueryOf<paths[P]['get']> } = {},
): Promise<Answered<paths[P]['get']>> {
  const asked = new URLSearchParams(
    Object.entries<unknown>(query ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, `${value}`]] : [],
    ),
  );
  const address = `${addressOf(path, id)}${asked.size > 0 ? `?${asked.toString()}` : ''}`;
  return authorised<paths[P]['get']>(address, { method: 'GET' }, readMs);
}

/** A repeat with the same `key` does nothing twice. */
export function post<P extends PathsWith<'post'>>(
  path: P,
  body: BodyOf<paths[P]['post']>,
  { id, key }: { id?: string; key?: string } = {},
): Promise<Answered<paths[P]['post']>> {
  return authorised<paths[P]['post']>(addressOf(path, id), posted(body, key), orderMs);
}

/** As it was sent. */
export async function download(path: string): Promise<string> {
  const answer = await asked(path, { method: 'GET' }, readMs);
  return textOf(answer);
}

export async function signIn(credentials: Schemas['BrowserSignIn']): Promise<void> {
  const answer = await sent('/v1/auth/browser/token', posted(credentials), readMs);
  accessToken = (await bodyOf<Schemas['BrowserTokenSet']>(answer)).accessToken;
}

/** Whether a session was found in the cookie. */
export function resume(): Promise<boolean> {
  return refresh();
}

export async function signOut(): Promise<void> {
  try {
    await post('/v1/auth/browser/logout', undefined);
  } finally {
    accessToken = undefined;
  }
}

async function authorised<O>(path: string, init: Asked, timeoutMs: number): Promise<Answered<O>> {
  const answer = await asked(path, init, timeoutMs);
  return { status: answer.status, body: await bodyOf<unknown>(answer) } as Answered<O>;
}

/** With the access token, or a new one where that is over. */
async function asked(path: string, init: Asked, timeoutMs: number): Promise<Response> {
  const ask = () => sent(path, { ...init, headers: { ...init.headers, ...bearer() } }, timeoutMs);
  let answer = await ask();
  if (answer.status === 401 && (await isTokenOver(answer)) && (await refresh())) answer = await ask();
  if (answer.status === 401 && (await isTokenOver(answer))) {
    accessToken = undefined;
    onSignedOut();
  }
  return answer;
}

/** A wrong password is answered 401 as well. */
async function isTokenOver(answer: Response): Promise<boolean> {
  const { code } = problemIn(await answer.clone().text());
  return code === 'unauthenticated';
}

/** One at a time, also among the tabs of this browser: they share the cookie, and each token works once. */
function refresh(): Promise<boolean> {
  refreshing ??= alone(async () => {
    const answer = await sent('/v1/auth/browser/refresh', { method: 'POST' }, readMs);
    if (answer.status === 401) {
      accessToken = undefined;
      return false;
    }
    accessToken = (await bodyOf<Schemas['BrowserTokenSet']>(answer)).accessToken;
    return true;
  }).finally(() => (refreshing = undefined));
  return refreshing;
}

/** Locks are there where the address is trusted, as is the cookie. */
async function alone<Value>(work: () => Promise<Value>): Promise<Value> {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request('rosette-refresh', work);
}

async function sent(path: string, init: RequestInit, timeoutMs: number): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    return await fetch(path, { ...init, signal, cache: 'no-store', redirect: 'error' });
  } catch (error) {
    throw new NoAnswer('No answer came', { cause: error });
  }
}

async function bodyOf<Body>(answer: Response): Promise<Body> {
  const text = await textOf(answer);
  return (text === '' ? undefined : JSON.parse(text)) as Body;
}

async function textOf(answer: Response): Promise<string> {
  let text: string;
  try {
    text = await answer.text();
  } catch (error) {
    throw new NoAnswer('The answer broke off', { cause: error });
  }
  if (!answer.ok) throw refusalOf(answer, text);
  return text;
}

function posted(body: unknown, key?: string): Asked {
  return {
    method: 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function addressOf(path: string, id: string | undefined): string {
  return id === undefined ? path : path.replace('{id}', encodeURIComponent(id));
}

function bearer(): Record<string, string> {
  return accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
}

function refusalOf(answer: Response, text: string): Refusal {
  const { code, title, detail, errors } = problemIn(text);
  const pointed = (errors ?? []).map((error) => `${error.pointer.replace('/', '')} ${error.detail}`);
  const retryAfter = Number(answer.headers.get('retry-after'));
  return new Refusal(
    answer.status,
    code ?? `status-${answer.status}`,
    title ?? 'The server answered with an error',
    [detail, ...pointed].filter(Boolean).join('; '),
    retryAfter > 0 ? retryAfter : undefined,
  );
}

function problemIn(text: string): Partial<Schemas['Problem']> {
  try {
    return JSON.parse(text) as Partial<Schemas['Problem']>;
  } catch {
    return {}; // Whatever stands between us and the server has answered in its place.
  }
}
