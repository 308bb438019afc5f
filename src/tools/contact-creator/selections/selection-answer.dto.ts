import { ApiProperty } from '@nestjs/swagger';
import { IsObject, Matches } from 'class-validator';
import { Elector } from '../register/elector.dto.js';
import { VI_CATEGORIES } from './elector-fields.js';
import { EXCLUSIONS, type Exclusion } from './exclusion.rules.js';
import { definitionSchema } from './definition-schema.js';

export class CountSelection {
  @ApiProperty({ type: String, pattern: '^[ENSW][0-9]{8}$', example: 'E14001434' })
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;

  @ApiProperty(definitionSchema)
  @IsObject()
  definition!: Record<string, unknown>;
}

export class ExcludedElectors {
  @ApiProperty({ enum: EXCLUSIONS })
  reason!: Exclusion;

  @ApiProperty({ type: 'integer' })
  electors!: number;
}

export class SelectionCount {
  @ApiProperty({ type: 'integer', description: 'Who is found' })
  electors!: number;

  @ApiProperty({ type: 'integer', description: 'The doors they live at' })
  doors!: number;

  @ApiProperty({ type: 'integer', description: 'Surnames at those doors' })
  households!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Whom the expressions name: `electors` and all that are excluded',
  })
  matched!: number;

  @ApiProperty({
    type: [ExcludedElectors],
    description: 'Who is named and not found, each under the first reason',
  })
  excluded!: ExcludedElectors[];
}

export class ElectorOpinion {
  @ApiProperty({ type: String, nullable: true, description: "The party's own code" })
  viCode!: string | null;

  @ApiProperty({ enum: VI_CATEGORIES, nullable: true })
  viCategory!: string | null;

  @ApiProperty({ type: String, nullable: true })
  viParty!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was said' })
  viAt!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 0,
    maximum: 10,
    description: 'Likelihood to vote',
  })
  likelihood!: number | null;
}

export class ElectorWithOpinion extends Elector {
  @ApiProperty({ type: ElectorOpinion, nullable: true, description: 'Null where none is known or may be' })
  opinion!: ElectorOpinion | null;
}
