import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, IsString, ValidateIf, ValidateNested } from 'class-validator';
import { SCOPE_KINDS, type ScopeKind } from '../config/vocabulary.js';
import { HasLength } from '../http/has-length.js';

const whatIdIs = 'A tool name; the id of a user, office or client; a GSS code for an area; `*` for all';

export class OrderedTarget {
  @ApiProperty({ enum: SCOPE_KINDS, description: 'What kind of scope is stopped' })
  @IsIn(SCOPE_KINDS)
  kind!: ScopeKind;

  @ApiPropertyOptional({
    type: String,
    maxLength: 100,
    description: `${whatIdIs}. Required but for the kind \`all\``,
  })
  @ValidateIf(({ kind, id }: OrderedTarget) => kind !== 'all' || id !== undefined)
  @IsString()
  @HasLength(1, 100)
  id?: string;
}

export class SuspensionTarget {
  @ApiProperty({ enum: SCOPE_KINDS, description: 'What kind of scope is stopped' })
  kind!: ScopeKind;

  @ApiProperty({ type: String, description: whatIdIs })
  id!: string;
}

export class OrderSuspension {
  @ApiProperty({ type: OrderedTarget })
  @IsObject()
  @ValidateNested()
  @Type(() => OrderedTarget)
  target!: OrderedTarget;

  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 2000,
    description: 'Why; kept for ever with the name of who ordered it',
  })
  @IsString()
  @HasLength(1, 2000)
  reason!: string;

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 2000,
    description: 'What the people it stops are told',
  })
  @IsOptional()
  @IsString()
  @HasLength(1, 2000)
  notice?: string;
}

export class LiftSuspension {
  @ApiProperty({ type: String, minLength: 1, maxLength: 2000, description: 'Why it may be lifted' })
  @IsString()
  @HasLength(1, 2000)
  reason!: string;
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

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'From this moment no transaction of the scope begins, on any replica',
  })
  inForceAt!: string;

  @ApiProperty({ type: 'integer', description: 'The state of the switch that this suspension made' })
  epoch!: number;

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

  @ApiProperty({ type: String, format: 'uuid' })
  orderedBy!: string;

  @ApiProperty({ enum: ['in-force', 'lift-asked', 'lifted'] })
  state!: 'in-force' | 'lift-asked' | 'lifted';

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  liftAskedBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  liftAskedAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  liftReason!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  liftedBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  liftedAt!: string | null;
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
}
