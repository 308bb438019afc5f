import { ApiProperty } from '@nestjs/swagger';
import { SCOPE_KINDS, type ScopeKind } from '../../config/vocabulary.js';
import { Bound } from '../suspension.dto.js';

export class CertifiedScope {
  @ApiProperty({ enum: SCOPE_KINDS })
  kind!: ScopeKind;

  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({
    type: 'integer',
    description: 'How often the scope had been suspended or revoked, this time included',
  })
  gen!: number;
}

export class CertifiedOrder {
  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ enum: ['account', 'operator', 'system'] })
  by!: 'account' | 'operator' | 'system';

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  account!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null: it needed no second person',
  })
  approvedBy!: string | null;
}

export class CertifiedMember {
  @ApiProperty({ type: String, format: 'uuid', description: 'Which start of a process' })
  incarnation!: string;

  @ApiProperty({ type: 'integer' })
  number!: number;

  @ApiProperty({ type: String })
  host!: string;

  @ApiProperty({ type: 'integer' })
  pid!: number;

  @ApiProperty({ type: String })
  build!: string;

  @ApiProperty({ type: 'integer' })
  leaseMs!: number;

  @ApiProperty({ enum: ['drained', 'retired', 'fenced', 'lease-expired'] })
  how!: 'drained' | 'retired' | 'fenced' | 'lease-expired';

  @ApiProperty({ type: 'integer', nullable: true })
  closedMs!: number | null;

  @ApiProperty({ type: 'integer', nullable: true })
  drainedMs!: number | null;
}

export class CertifiedDatabase {
  @ApiProperty({ type: 'integer', description: 'Connections of the scope that were ended' })
  terminated!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  drainedAt!: string;

  @ApiProperty({ type: 'integer' })
  drainMs!: number;
}

export class CertifiedDurability {
  @ApiProperty({ type: String })
  fsync!: string;

  @ApiProperty({ type: String })
  fullPageWrites!: string;

  @ApiProperty({ type: String })
  synchronousCommit!: string;

  @ApiProperty({ type: String })
  postgres!: string;
}

export class CertifiedDeployment {
  @ApiProperty({ type: Boolean, description: 'Whether the replica that completed it speaks TLS itself' })
  tls!: boolean;

  @ApiProperty({ type: [String], description: 'Proxies that it trusts' })
  proxies!: string[];
}

export class CertifiedLedger {
  @ApiProperty({ type: 'integer', description: 'How much of the record was sealed before' })
  size!: number;

  @ApiProperty({ type: String })
  root!: string;
}

/** What is said of a suspension that is true everywhere. */
export class FlipCertificate {
  @ApiProperty({ enum: ['rosette-flip/1'] })
  form!: 'rosette-flip/1';

  @ApiProperty({ enum: ['suspend'] })
  action!: 'suspend';

  @ApiProperty({ type: 'integer' })
  epoch!: number;

  @ApiProperty({ type: String, format: 'uuid' })
  suspensionId!: string;

  @ApiProperty({ type: [CertifiedScope] })
  scopes!: CertifiedScope[];

  @ApiProperty({ type: CertifiedOrder })
  order!: CertifiedOrder;

  @ApiProperty({ type: String, format: 'date-time' })
  inForceAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  completeAt!: string;

  @ApiProperty({ type: [CertifiedMember], description: 'Every replica that could have acted without it' })
  members!: CertifiedMember[];

  @ApiProperty({ type: CertifiedDatabase })
  database!: CertifiedDatabase;

  @ApiProperty({ type: Bound })
  bound!: Bound;

  @ApiProperty({ type: CertifiedDurability, description: 'As PostgreSQL reports it' })
  durability!: CertifiedDurability;

  @ApiProperty({ type: CertifiedDeployment, nullable: true, description: 'Null: an operator completed it' })
  deployment!: CertifiedDeployment | null;

  @ApiProperty({ type: CertifiedLedger, nullable: true })
  ledger!: CertifiedLedger | null;
}
