import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { IsDay } from '../../../http/is-moment.js';
import { ConstituencyPageQuery, ConstituencyQuery, ID, isId } from '../area.dto.js';

const isWritten = { message: 'must hold more than spaces' };
const day = { type: String, format: 'date' } as const;
const untilOn = {
  ...day,
  description:
    'The first day on which it is no longer held, at most five years after the first on which it is',
} as const;

export class RoleHolderQuery extends ConstituencyPageQuery {
  @ApiPropertyOptional({ ...day, description: 'Only who holds an office on this day' })
  @IsOptional()
  @IsDay()
  on?: string;

  @ApiPropertyOptional({ type: String, pattern: '^[1-9][0-9]{0,17}$' })
  @IsOptional()
  @Matches(ID, isId)
  memberId?: string;

  @ApiPropertyOptional({ type: String, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  branchId?: string;
}

export class OfficeHolder {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  title!: string | null;

  @ApiProperty({ type: String })
  forename!: string;

  @ApiProperty({ type: String })
  surname!: string;
}

export class RoleHolder {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String, example: 'Chair' })
  office!: string;

  @ApiProperty({ type: OfficeHolder })
  member!: OfficeHolder;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null: of the whole constituency party',
  })
  branchId!: string | null;

  @ApiProperty(day)
  fromOn!: string;

  @ApiProperty(untilOn)
  untilOn!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why the end was moved' })
  endedReason!: string | null;
}

/** What a change answers: the tenure alone. Who holds it is read apart, as a disclosure. */
export class RoleHolderReference {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;
}

export class AddRoleHolder extends ConstituencyQuery {
  @ApiProperty({ type: String, pattern: '^[1-9][0-9]{0,17}$' })
  @Matches(ID, isId)
  memberId!: string;

  @ApiProperty({ type: String, minLength: 1, maxLength: 100, example: 'Chair' })
  @IsString()
  @HasLength(1, 100)
  @Matches(/^\S+( \S+)*$/, { message: 'must be words with one space between them' })
  office!: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'An open branch' })
  @IsOptional()
  @IsUUID()
  branchId?: string | null;

  @ApiProperty(day)
  @IsDay()
  fromOn!: string;

  @ApiProperty(untilOn)
  @IsDay()
  untilOn!: string;
}

export class EndRoleHolder {
  @ApiProperty(untilOn)
  @IsDay()
  untilOn!: string;

  @ApiProperty({ type: String, minLength: 1, maxLength: 1000 })
  @IsString()
  @HasLength(1, 1000)
  @Matches(/\S/, isWritten)
  reason!: string;
}
