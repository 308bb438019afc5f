/**
 * In charge of one person of the tour at the API: signing in, confirming who one is with a second factor, and asking over
 * HTTP as any client would. A code works once in its half-minute, so the next one is waited for, aloud.
 */
import { randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { DemonstrationAccount } from '../demonstration/demonstration-accounts.js';
import { pause, TourFault, type Schemas, type Story } from './story.js';

export interface Answer<Body> {
  status: number;
  body: Body;
  etag: string | null;
}

/** What the answer to a request that must be refused says. */
export type Refusal = Schemas['Problem'] & { wipe?: object };

const codeMs = 30_000;
const spareMs = 60_000;
/** A server that is busy says when to come again; after so many tries it is not busy but ill. */
const mostTries = 5;

interface Options {
  body?: unknown;
  etag?: string | null;
  purpose?: string;
  /** A text that is sent as it is. */
  file?: string;
}

export class Person {
  private accessToken: string | undefined;
  /** The half-minute whose code has been used. */
  private usedCodeOf = 0;
  private steppedUpUntil = 0;
  me!: Schemas['Me'];

  constructor(
    private readonly baseUrl: string,
    private readonly story: Story,
    private readonly account: DemonstrationAccount,
    /** What this person reads personal data for, unless a request says otherwise. */
    private readonly purpose: string,
  ) {}

  get name(): string {
    return this.me.displayName;
  }

  get hasSecondFactor(): boolean {
    return this.account.totpSecret !== undefined;
  }

  async signIn(): Promise<void> {
    const { username, password } = this.account;
    const tokens = await this.withCode<Schemas['TokenSet']>('/v1/auth/token', { username, password });
    this.accessToken = tokens.accessToken;
    this.me = await this.get<Schemas['Me']>('/v1/me');
  }

  /** Opens what is dangerous for five minutes, if it is not open for another minute anyway. */
  async stepUp(): Promise<void> {
    if (this.steppedUpUntil - Date.now() > spareMs) return;
    const proof = { password: this.account.password };
    const { steppedUpUntil } = await this.withCode<Schemas['SteppedUp']>('/v1/auth/step-up', proof);
    this.steppedUpUntil = Date.parse(steppedUpUntil);
  }

  async get<Body>(path: string, options: Options = {}): Promise<Body> {
    return (await this.taken<Body>('GET', path, options)).body;
  }

  async post<Body>(path: string, body?: unknown, options: Options = {}): Promise<Body> {
    return (await this.taken<Body>('POST', path, { ...options, body })).body;
  }

  /** What was asked for, or the end of the tour. */
  async taken<Body>(method: string, path: string, options: Options = {}): Promise<Answer<Body>> {
    const answer = await this.ask<Body>(method, path, options);
    if (answer.status < 200 || answer.status > 299)
      throw new TourFault(
        `${this.account.role}: ${method} ${path} was answered ${answer.status}`,
        answer.body,
      );
    return answer;
  }

  /** Whatever is answered. A server that is busy is asked again with the same key: nothing is done twice. */
  async ask<Body>(method: string, path: string, options: Options = {}): Promise<Answer<Body>> {
    const key = randomUUID();
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.send(method, path, options, key);
      const retryAfter = Number(answer.headers.get('retry-after') ?? 'never');
      if ([429, 503].includes(answer.status) && retryAfter <= 10 && attempt < mostTries) {
        await answer.body?.cancel();
        await pause(retryAfter * 1_000);
        continue;
      }
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
      return {
        status: answer.status,
        body: (isJson ? JSON.parse(text) : text) as Body,
        etag: answer.headers.get('etag'),
      };
    }
  }

  /** An answer whose body is still to be read. */
  open(path: string): Promise<Response> {
    return this.send('GET', path, {}, randomUUID());
  }

  private send(
    method: string,
    path: string,
    { body, etag, purpose, file }: Options,
    key: string,
  ): Promise<Response> {
    return fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(this.accessToken === undefined ? {} : { authorization: `Bearer ${this.accessToken}` }),
        'data-purpose': purpose ?? this.purpose,
        'idempotency-key': key,
        ...(etag == null ? {} : { 'if-match': etag }),
        ...(file === undefined ? {} : { 'content-type': 'text/csv' }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(file === undefined ? {} : { body: file }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Proves who this is. A code that somebody has used in this half-minute, an earlier tour perhaps, is refused once. */
  private async withCode<Body>(path: string, proof: object): Promise<Body> {
    const { totpSecret, role } = this.account;
    if (totpSecret === undefined) return this.post<Body>(path, proof);
    if (Math.floor(Date.now() / codeMs) === this.usedCodeOf) await this.nextCode();
    for (const isLastTry of [false, true]) {
      this.usedCodeOf = Math.floor(Date.now() / codeMs);
      const code = new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate();
      const answer = await this.ask<Body>('POST', path, { body: { ...proof, code } });
      if (answer.status === 200) return answer.body;
      if (isLastTry || (answer.body as Refusal).code !== 'credentials-refused')
        throw new TourFault(`The ${role} was not let in`, answer.body);
      await this.nextCode();
    }
    throw new TourFault('no code was tried');
  }

  private nextCode(): Promise<void> {
    const left = codeMs - (Date.now() % codeMs) + 100;
    return this.story.wait(left, `a code works once, and the next one of the ${this.account.role} comes in`);
  }
}
