import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsObject,
  IsString,
  Matches,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { HasLength } from '../../../http/has-length.js';

export const ABSENT_VOTE_KINDS = ['post', 'proxy', 'postal-proxy'] as const;
export const ABSENT_VOTE_OUTCOMES = [
  'done',
  'unchanged',
  'unknown',
  'ambiguous',
  'not-a-number',
  'repeated',
] as const;
export const mostAbsentVoters = 1_000;

const isSent = (_: object, value: unknown) => value !== undefined;
const electorNumber = { type: String, minLength: 1, maxLength: 40, example: 'KA-124/1' };

export class AbsentVoter {
  @ApiProperty(electorNumber)
  @IsString()
  @HasLength(1, 40)
  electorNumber!: string;

  @ApiProperty({ enum: ABSENT_VOTE_KINDS, description: 'By post, by proxy, or the proxy by post' })
  @IsIn(ABSENT_VOTE_KINDS)
  kind!: (typeof ABSENT_VOTE_KINDS)[number];
}

export class ChangeAbsentVoters {
  @ApiProperty({ type: String, pattern: '^[ENSW][0-9]{8}$', example: 'E14001434' })
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;

  @ApiPropertyOptional({ type: [AbsentVoter], maxItems: mostAbsentVoters })
  @ValidateIf(isSent)
  @IsArray()
  @ArrayMaxSize(mostAbsentVoters)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => AbsentVoter)
  set?: AbsentVoter[];

  @ApiPropertyOptional({
    type: [String],
    maxItems: mostAbsentVoters,
    description: 'Numbers of those who vote in person again',
  })
  @ValidateIf(isSent)
  @IsArray()
  @ArrayMaxSize(mostAbsentVoters)
  @IsString({ each: true })
  @HasLength(1, 40, { each: true })
  clear?: string[];
}

export class AbsentVoterOutcome {
  @ApiProperty({ type: String, description: 'As it was sent' })
  electorNumber!: string;

  @ApiProperty({
    enum: ABSENT_VOTE_OUTCOMES,
    description:
      'Unknown: nobody on the register now has it. Ambiguous: several have it, none was changed. Repeated: the request names it before, and that place counts.',
  })
  outcome!: (typeof ABSENT_VOTE_OUTCOMES)[number];
}

export class AbsentVotersChanged {
  @ApiProperty({ type: 'integer', description: 'How many electors were changed' })
  changed!: number;

  @ApiProperty({ type: [AbsentVoterOutcome], description: 'Of each item of `set`, in its order' })
  set!: AbsentVoterOutcome[];

  @ApiProperty({ type: [AbsentVoterOutcome], description: 'Of each item of `clear`, in its order' })
  clear!: AbsentVoterOutcome[];
}
