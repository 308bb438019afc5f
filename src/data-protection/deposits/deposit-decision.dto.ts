import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { HasLength } from '../../http/has-length.js';
import { PageQuery } from '../../http/keyset.js';

const states = ['quarantined', 'released', 'discarded'] as const;
const uuid = { type: String, format: 'uuid' } as const;
const moment = { type: String, format: 'date-time' } as const;

export class DepositOutcomes {
  @ApiProperty({ type: 'integer' })
  recorded!: number;

  @ApiProperty({ type: 'integer', description: 'They had been recorded before' })
  repeated!: number;

  @ApiProperty({ type: 'integer', description: 'Their ids stand for other contacts' })
  conflict!: number;

  @ApiProperty({ type: 'integer', description: 'Refused as `POST /v1/contacts` would have refused them' })
  rejected!: number;
}

export class Deposit {
  @ApiProperty(uuid)
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty(uuid)
  listId!: string;

  @ApiProperty(uuid)
  walkId!: string;

  @ApiProperty({ ...uuid, description: 'Who held the walk' })
  depositedBy!: string;

  @ApiProperty(moment)
  receivedAt!: Date;

  @ApiProperty({ type: 'integer', description: 'How many contacts' })
  received!: number;

  @ApiProperty({ enum: states })
  state!: (typeof states)[number];

  @ApiProperty({
    ...moment,
    nullable: true,
    description: 'Discarded then, unless somebody decides; null: decided',
  })
  keptUntil!: Date | null;

  @ApiProperty({ ...moment, nullable: true })
  decidedAt!: Date | null;

  @ApiProperty({
    ...uuid,
    nullable: true,
    description: 'Null of what was discarded because its time was over',
  })
  decidedBy!: string | null;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: DepositOutcomes, nullable: true, description: 'Of what was let in' })
  outcomes!: DepositOutcomes | null;
}

export class DepositQuery extends PageQuery {
  @ApiPropertyOptional({ enum: states })
  @IsOptional()
  @IsIn(states)
  state?: (typeof states)[number];
}

export class DecideDeposit {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 500,
    description: 'Kept with the decision; names nobody',
  })
  @IsString()
  @HasLength(1, 500)
  reason!: string;
}
