/**
 * In charge of speaking to the server as anybody would: signing in with a second factor, and asking over HTTP. What the
 * demonstration loads takes the same way, and meets the same guards, as what a party loads.
 */
import { randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { DemonstrationAccount } from './demonstration-accounts.js';

export interface DemonstrationAnswer<Body> {
  status: number;
  body: Body;
  etag: string | null;
}

export interface DemonstrationPage<Item> {
  items: Item[];
  next: string | null;
}

const codeSeconds = 30;
/** A server that is busy says when to come again; after so many tries it is not busy but ill. */
const mostTries = 5;

export class DemonstrationClient {
  private constructor(
    private readonly baseUrl: string,
    private readonly accessToken: string,
    private readonly purpose: string,
  ) {}

  /** Signs in. An earlier start may have used the code of this half-minute up; then it waits for the next. */
  static async signIn(
    baseUrl: string,
    account: DemonstrationAccount,
    purpose: string,
  ): Promise<DemonstrationClient> {
    for (const isLastTry of [false, true]) {
      const answer = await fetch(`${baseUrl}/v1/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        body: JSON.stringify({
          username: account.username,
          password: account.password,
          ...(account.totpSecret === undefined ? {} : { code: codeOf(account.totpSecret) }),
        }),
      });
      if (answer.ok) {
        const { accessToken } = (await answer.json()) as { accessToken: string };
        return new DemonstrationClient(baseUrl, accessToken, purpose);
      }
      const problem = await answer.text();
      if (isLastTry) throw new Error(`${account.username} could not sign in: ${problem}`);
      await new Promise((resolve) => setTimeout(resolve, msToNextCode()));
    }
    throw new Error('no sign-in was tried');
  }

  get<Body>(path: string): Promise<DemonstrationAnswer<Body>> {
    return this.send<Body>('GET', path, {});
  }

  /** A server that is busy is asked again when it says, with the same key: nothing is done twice. */
  async post<Body>(path: string, body: object): Promise<DemonstrationAnswer<Body>> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.send<Body>('POST', path, { headers, body: JSON.stringify(body) });
      if (![429, 503].includes(answer.status) || attempt === mostTries) return answer;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }

  patch<Body>(path: string, etag: string | null, body: object): Promise<DemonstrationAnswer<Body>> {
    return this.send<Body>('PATCH', path, {
      headers: { 'content-type': 'application/json', 'if-match': etag ?? '*' },
      body: JSON.stringify(body),
    });
  }

  /** Sends text as it is made, never whole in memory. */
  upload<Body>(path: string, pieces: AsyncIterable<string>): Promise<DemonstrationAnswer<Body>> {
    const encoder = new TextEncoder();
    const iterator = pieces[Symbol.asyncIterator]();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await iterator.return?.();
      },
    });
    return this.send<Body>('POST', path, {
      headers: { 'content-type': 'application/octet-stream', 'idempotency-key': randomUUID() },
      body,
      duplex: 'half',
    });
  }

  private async send<Body>(
    method: string,
    path: string,
    request: {
      headers?: Record<string, string>;
      body?: string | ReadableStream<Uint8Array>;
      duplex?: 'half';
    },
  ): Promise<DemonstrationAnswer<Body>> {
    const answer = await fetch(`${this.baseUrl}${path}`, {
      ...request,
      method,
      headers: {
        ...request.headers,
        authorization: `Bearer ${this.accessToken}`,
        'data-purpose': this.purpose,
      },
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text === '' ? {} : JSON.parse(text)) as Body,
      etag: answer.headers.get('etag'),
    };
  }
}

/** What was answered, where the server did as it was asked. */
export function taken<Body>(what: string, { status, body }: DemonstrationAnswer<Body>): Body {
  if (status < 200 || status > 299)
    throw new Error(`${what} was answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

function codeOf(totpSecret: string): string {
  return new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate();
}

function msToNextCode(): number {
  return codeSeconds * 1_000 - (Date.now() % (codeSeconds * 1_000)) + 100;
}
