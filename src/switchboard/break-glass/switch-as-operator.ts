/**
 * In charge of what an operator reads and changes of the switch: the tables of ks as their owner, and the two functions that
 * nobody else may call. Names no person beside the one who was asked for: accounts are told by their ids.
 */
import { randomUUID } from 'node:crypto';
import { TOOLS } from '../../config/vocabulary.js';
import type { SuspensionTarget } from '../suspension.dto.js';
import { scopeMeant } from '../suspension.rules.js';
import type { NamedScope } from './break-glass-words.rules.js';
import { OperatorFault, type OperatorConnection } from './operator-connection.js';

export interface SuspensionSeen {
  id: string;
  scope: SuspensionTarget;
  /** Null: it has not begun. */
  inForceAt: Date | null;
  startsAt: Date | null;
  expiresAt: Date | null;
  epoch: number | null;
  orderedBy: string | null;
  orderedByOperator: string | null;
}

export interface KnownSuspension extends SuspensionSeen {
  liftedAt: Date | null;
}

export interface OpenFlip {
  epoch: number;
  action: 'suspend' | 'lift' | 'revoke';
  scopes: string[];
  at: Date;
  databaseDrained: boolean;
  /** Numbers of the replicas that have neither drained nor ended nor been fenced. */
  waitingFor: number[];
}

export interface ReplicaSeen {
  number: number;
  host: string;
  pid: number;
  build: string;
  lastSeenAt: Date;
  silentMs: number;
  fenced: boolean;
  /** By the database's own clock, and for as long as clocks that run apart allow. */
  mayHoldLease: boolean;
}

const suspensions = `
  SELECT s.id, json_build_object('kind', s.target_kind, 'id', s.target_id) AS scope, s.in_force_at AS "inForceAt",
         s.starts_at AS "startsAt", s.expires_at AS "expiresAt",
         s.epoch::integer AS epoch, s.ordered_by AS "orderedBy", s.ordered_by_operator AS "orderedByOperator", s.lifted_at AS "liftedAt"
  FROM ks.suspension s`;

export class SwitchAsOperator {
  constructor(private readonly connection: OperatorConnection) {}

  /** The one scope that is meant. Errors: OperatorFault where there is none, or more than one. */
  async find({ kind, name }: NamedScope): Promise<SuspensionTarget> {
    const byId = scopeMeant({ kind, ...(name === undefined ? {} : { id: name }) });
    // Indexes: scope_unique, account_username_unique; offices and clients are few.
    const found = await this.connection.rows<{ id: string }>(
      `SELECT s.id FROM ks.scope s WHERE s.kind = $1 AND s.id = $2
       UNION SELECT a.id::text FROM identity.account a
             WHERE ($1 = 'user' AND a.kind = 'person' AND a.username = lower(normalize($3, NFKC)))
                OR ($1 = 'client' AND a.kind = 'client' AND a.closed_at IS NULL AND lower(a.display_name) = lower($3))
       UNION SELECT o.id::text FROM access.office o WHERE $1 = 'office' AND lower(o.name) = lower($3)
       ORDER BY id`,
      [kind, byId?.id ?? null, name ?? null],
    );
    const [first, ...others] = found;
    if (!first) throw new OperatorFault(`There is no ${kind} "${name}". ${hints[kind]}`);
    if (others.length > 0)
      throw new OperatorFault(
        `"${name}" is the name of more than one ${kind}; say which by its id: ${found.map(({ id }) => id).join(', ')}`,
      );
    return { kind, id: first.id };
  }

  async suspend(
    scope: SuspensionTarget,
    { reason, notice, by }: { reason: string; notice?: string; by: string },
  ): Promise<KnownSuspension & { inForceAt: Date; epoch: number }> {
    // Its id is ours, so that a repeat whose answer was lost suspends once.
    const id = randomUUID();
    const [made] = await this.connection.change<{ epoch: string | null }>(
      'SELECT ks.break_glass_suspend($1, $2, $3, $4, $5, $6) AS epoch',
      [id, scope.kind, scope.id, reason, notice ?? null, by],
    );
    const suspension = made?.epoch == null ? undefined : await this.byId(id);
    const { epoch, inForceAt } = suspension ?? {};
    if (!suspension || epoch == null || inForceAt == null)
      throw new OperatorFault(`There is no ${scope.kind} "${scope.id}" any more.`);
    return { ...suspension, epoch, inForceAt };
  }

  /** The epoch of the lift; null where it had not begun. Errors: OperatorFault where it has been lifted before. */
  async lift(id: string, { reason, by }: { reason: string; by: string }): Promise<number | null> {
    const [answer] = await this.connection.change<{ outcome: string; epoch: number | null }>(
      'SELECT outcome, epoch::integer AS epoch FROM ks.break_glass_lift($1, $2, $3)',
      [id, reason, by],
    );
    if (answer?.outcome === 'lifted') return answer.epoch;
    throw new OperatorFault('The suspension has been lifted already.');
  }

  /** Index: suspension_pkey. */
  async byId(id: string): Promise<KnownSuspension | undefined> {
    const [found] = await this.connection.rows<KnownSuspension>(`${suspensions} WHERE s.id = $1`, [id]);
    return found;
  }

  /** In force or to begin, oldest order first. Index: suspension_in_force. */
  ordered(): Promise<SuspensionSeen[]> {
    return this.connection.rows<SuspensionSeen>(
      `${suspensions} WHERE s.lifted_at IS NULL ORDER BY s.ordered_at, s.id`,
    );
  }

  /** How many people could lift a suspension through the API. */
  async lifters(): Promise<number> {
    const [row] = await this.connection.rows<{ lifters: number }>(
      'SELECT count(*)::integer AS lifters FROM ks.lifters()',
    );
    return row?.lifters ?? 0;
  }

  async epoch(): Promise<number> {
    const [state] = await this.connection.rows<{ epoch: number }>(
      'SELECT epoch::integer AS epoch FROM ks.state',
    );
    return state?.epoch ?? 0;
  }

  /** Index: flip_open. */
  openFlips(): Promise<OpenFlip[]> {
    return this.connection.rows<OpenFlip>(
      `SELECT f.epoch::integer AS epoch, f.action, f.scopes, f.at, f.drained_at IS NOT NULL AS "databaseDrained",
              ARRAY(SELECT r.number FROM ks.flip_member m JOIN ks.replica r USING (incarnation)
                    WHERE m.epoch = f.epoch AND r.drained_epoch < f.epoch AND r.ended_at IS NULL AND NOT r.fenced
                    ORDER BY r.number) AS "waitingFor"
       FROM ks.flip f WHERE f.completed_at IS NULL ORDER BY f.epoch`,
    );
  }

  /** Those that live or may, and those that were fenced within a day. Index: replica_live. */
  replicas(): Promise<ReplicaSeen[]> {
    return this.connection.rows<ReplicaSeen>(
      `SELECT r.number, r.host, r.pid, r.build, r.last_seen_at AS "lastSeenAt", r.fenced,
              round(extract(epoch FROM clock_timestamp() - r.last_seen_at) * 1000)::integer AS "silentMs",
              NOT r.fenced AND r.last_seen_at + ks.wait_ms(r.lease_ms, c.rho_ppm) * interval '1 millisecond' > clock_timestamp() AS "mayHoldLease"
       FROM ks.replica r CROSS JOIN ks.config c
       WHERE r.ended_at IS NULL AND (NOT r.fenced OR r.last_seen_at > now() - interval '1 day')
       ORDER BY r.number DESC LIMIT 100`,
    );
  }

  /** Where the replicas with these numbers run. Index: replica_number_unique. */
  async places(numbers: readonly number[]): Promise<Map<number, { host: string; pid: number }>> {
    const rows = await this.connection.rows<{ number: number; host: string; pid: number }>(
      'SELECT number, host, pid FROM ks.replica WHERE number = ANY ($1)',
      [numbers],
    );
    return new Map(rows.map(({ number, host, pid }) => [number, { host, pid }]));
  }
}

const hints = {
  all: '',
  tool: `The tools are ${TOOLS.join(', ')}.`,
  user: 'Give the username, which is an e-mail address, or the id of the account.',
  office: 'Give its name as it is written, in quotes, or its id.',
  area: 'Give the GSS code of a constituency, as in E14001434.',
  client: 'Give its name as it is written, in quotes, or its id.',
} as const;
