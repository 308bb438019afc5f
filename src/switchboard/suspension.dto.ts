import { ApiProperty } from '@nestjs/swagger';
import { SCOPE_KINDS, type ScopeKind } from '../config/vocabulary.js';
import { whatIdIs } from './suspension-order.dto.js';

const suspensionStates = ['scheduled', 'in-force', 'lift-asked', 'lifted', 'expired', 'cancelled'] as const;

export class SuspensionTarget {
  @ApiProperty({ enum: SCOPE_KINDS, description: 'What kind of scope is stopped' })
  kind!: ScopeKind;

  @ApiProperty({ type: String, description: whatIdIs })
  id!: string;
}

export class ReplicaOutcome {
  @ApiProperty({ type: 'integer', description: 'Which start of a process: each has a number of its own' })
  number!: number;

  @ApiProperty({
    enum: ['drained', 'retired', 'fenced', 'lease-expired'],
    description:
      'How it came that nothing of the scope runs or is sent there: it said so; it had ended; it was silent, has no lease and is out; or it lives, has no lease, and had not said so in time',
  })
  how!: 'drained' | 'retired' | 'fenced' | 'lease-expired';

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Milliseconds until it was seen to admit nothing of the scope; null: it was not seen',
  })
  closedMs!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Milliseconds until it was seen to have ended what was under way; null: it was not seen',
  })
  drainedMs!: number | null;

  @ApiProperty({
    type: 'integer',
    description:
      'Answers that it cut, as far as written down: it writes after the cut, so that nothing waits for it',
  })
  cut!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Requests that it refused for this since, written down each second',
  })
  refused!: number;
}

export class DatabaseOutcome {
  @ApiProperty({ type: 'integer', description: 'Connections of the scope that were ended' })
  terminated!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Milliseconds until no transaction of the scope ran, which its lock proves',
  })
  drainMs!: number;
}

export class Bound {
  @ApiProperty({ type: 'integer', description: 'How long a replica acts on what it knows, in milliseconds' })
  leaseMs!: number;

  @ApiProperty({ type: 'integer', description: 'By how many parts in a million clocks may run apart' })
  rhoPpm!: number;

  @ApiProperty({ type: 'integer', description: 'After so many milliseconds no older lease is left' })
  waitMs!: number;
}

export class Suspension {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: SuspensionTarget })
  target!: SuspensionTarget;

  @ApiProperty({ type: String })
  reason!: string;

  @ApiProperty({ type: String, nullable: true })
  notice!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'How those it stops can object' })
  appealNote!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  orderedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Of one that begins later' })
  startsAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the system ends it; nothing brings that forward. Null: people lift it',
  })
  expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it is to be looked at again' })
  reviewAt!: string;

  @ApiProperty({ type: Boolean, description: 'It is in force, and that time has come' })
  isReviewDue!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'From this moment no transaction of the scope begins, on any replica; null before it has begun',
  })
  inForceAt!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The state of the switch that this suspension made; null before it has begun',
  })
  epoch!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      '`epoch` of the newest suspension of the same target. Who lifts a tool or everything names it as `expectedEpoch`',
  })
  scopeEpoch!: number | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'From this moment no replica admits, continues or reads anything of the scope; null while that is not yet proved',
  })
  completeAt!: string | null;

  @ApiProperty({ type: DatabaseOutcome, nullable: true })
  database!: DatabaseOutcome | null;

  @ApiProperty({ type: [ReplicaOutcome], description: 'Every replica that could have acted without it' })
  replicas!: ReplicaOutcome[];

  @ApiProperty({ type: Bound, nullable: true })
  bound!: Bound | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Where the proof of all this is, as a certificate that is sealed and signed; null while it is not',
  })
  certificateUrl!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: no account did' })
  orderedBy!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The name that an operator gave who ordered it at the database itself, by break glass',
  })
  orderedByOperator!: string | null;

  @ApiProperty({
    enum: suspensionStates,
    description:
      'Not begun yet; in force; in force, and a lift waits for a second person; lifted; ended by itself; or lifted before it began',
  })
  state!: (typeof suspensionStates)[number];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  liftAskedBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  liftAskedAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  liftReason!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  liftedBy!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As `orderedByOperator`' })
  liftedByOperator!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  liftedAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Of one that has not ended, while fewer than two people can lift: the command by which whoever runs the servers lifts it',
  })
  breakGlass!: string | null;
}

export class ToolState {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: Boolean, description: 'False while the tool, or everything, is suspended' })
  isRunning!: boolean;

  @ApiProperty({ type: [String], format: 'uuid', description: 'The suspensions that stop it' })
  suspensionIds!: string[];
}

export class ToolStates {
  @ApiProperty({ type: [ToolState] })
  items!: ToolState[];

  @ApiProperty({
    type: 'integer',
    description: 'People who can lift a suspension now. With fewer than two a tool that is stopped stays so',
  })
  lifters!: number;
}
