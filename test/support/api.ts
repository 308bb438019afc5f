import { randomUUID } from 'node:crypto';
import type { Person } from './people.js';

/** One answer, read whole. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

/** A client of the API in one person's name. A POST carries a fresh Idempotency-Key unless one is given. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly person?: Pick<Person, 'headers'>,
    private readonly purpose?: string,
  ) {}

  get<Body = Record<string, unknown>>(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    return this.send<Body>('GET', path, undefined, headers);
  }

  post<Body = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    return this.send<Body>('POST', path, body, { 'idempotency-key': randomUUID(), ...headers });
  }

  async send<Body>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer<Body>> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...this.person?.headers,
        ...(this.purpose === undefined ? {} : { 'data-purpose': this.purpose }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: answer.status,
      headers: answer.headers,
      body: (isJson ? JSON.parse(text) : text) as Body,
    };
  }
}
