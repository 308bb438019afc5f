import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { decodeCursor, page, type Page, type PageQuery } from '../http/keyset.js';
import { Problem } from '../http/problem.js';
import { Fence, type Changed } from '../kill-switch/fence.service.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import { AccountRepository } from './account.repository.js';
import type { ApiClient, ApiClientWithSecret, CreateApiClient } from './api-client.dto.js';
import { ApiClientRepository } from './api-client.repository.js';
import { newSecret, sha256 } from './secret.js';
import { SessionRepository } from './session.repository.js';
import type { SignedIn } from './signed-in.js';

const manage = { action: 'api-client.manage' } as const;
const read = { action: 'api-client.read' } as const;

/**
 * In charge of API clients: programs with an account, a secret and the few actions they are limited to. What one may do
 * is what its grants allow within those actions; a privileged role never counts, since a program has no second factor.
 */
@Injectable()
export class ApiClientService {
  constructor(
    private readonly fence: Fence,
    private readonly barrier: Barrier,
    private readonly accounts: AccountRepository,
    private readonly clients: ApiClientRepository,
    private readonly sessions: SessionRepository,
  ) {}

  /** The secret is in the first answer alone; a retry with the same key answers `clientSecret: null`. */
  create(caller: SignedIn, { name, scopes }: CreateApiClient): Promise<ApiClientWithSecret> {
    const make = async (tx: Tx): Promise<Changed<ApiClientWithSecret>> => {
      const id = await this.accounts.add(tx, 'client', `client-${randomUUID()}`, name);
      if (id === undefined) throw new Error('a random name was taken');
      await this.clients.addScopes(tx, id, scopes);
      return { value: await this.withNewSecret(tx, id), target: { kind: 'client', id }, detail: { scopes } };
    };
    return this.fence.create(caller, manage, make, async (tx, id) => {
      const client = await this.clients.byId(tx, id);
      return client && Object.assign(client, { clientSecret: null });
    });
  }

  async list(caller: SignedIn, query: PageQuery): Promise<Page<ApiClient>> {
    const after = decodeCursor(query.after, ['uuid']);
    const found = await this.fence.consult(caller, read, (tx) =>
      this.clients.page(tx, query.limit + 1, after?.[0] as string),
    );
    return page(found, query.limit, ({ id }) => [id]);
  }

  /** The old secret and its sessions end at once. Errors: `not-found`. */
  async rotateSecret(caller: SignedIn, id: string): Promise<ApiClientWithSecret> {
    const rotated = await this.fence.change(caller, manage, async (tx) => {
      await this.find(tx, id);
      // In this order: a sign-in by the old secret that is under way is waited for, and its session ends too.
      const value = await this.withNewSecret(tx, id);
      await this.sessions.endAll(tx, id, 'secret-rotated');
      return {
        value,
        target: { kind: 'client', id },
        detail: { what: 'secret-rotated' },
      };
    });
    await this.barrier.completeOpen();
    return rotated;
  }

  /** Errors: `not-found`. */
  async close(caller: SignedIn, id: string): Promise<void> {
    await this.fence.change(caller, manage, async (tx) => {
      await this.find(tx, id);
      await this.accounts.close(tx, id);
      await this.sessions.endAll(tx, id, 'account-closed');
      return { value: undefined, target: { kind: 'client', id }, detail: { what: 'closed' } };
    });
    await this.barrier.completeOpen();
  }

  private async withNewSecret(tx: Tx, id: string): Promise<ApiClientWithSecret> {
    const clientSecret = newSecret();
    await this.clients.putSecret(tx, id, sha256(clientSecret));
    return Object.assign(await this.find(tx, id), { clientSecret });
  }

  private async find(tx: Tx, id: string): Promise<ApiClient> {
    const client = await this.clients.byId(tx, id);
    if (!client) throw new Problem('not-found');
    return client;
  }
}
