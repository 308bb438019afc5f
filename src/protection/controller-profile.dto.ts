import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, Matches, ValidateNested } from 'class-validator';
import { HasLength } from '../http/has-length.js';
import { IsDay } from '../http/is-moment.js';

const party = { type: String, minLength: 1, maxLength: 200, example: 'Example Party' };
const partyRegistration = {
  type: String,
  nullable: true,
  pattern: '^PP[0-9]{1,6}$',
  description: 'With the Electoral Commission',
  example: 'PP9999',
};
const icoRegistration = {
  type: String,
  nullable: true,
  pattern: '^[A-Z][A-Z0-9]{5,11}$',
  description: 'With the Information Commissioner',
  example: 'ZA999999',
};

/** The document that DPA 2018 Sch. 1 paras. 38 to 41 asks for before opinions are processed. */
export class AppropriatePolicy {
  @ApiProperty({ type: String, minLength: 1, maxLength: 500, description: 'Where the document is kept' })
  @IsString()
  @HasLength(1, 500)
  reference!: string;

  @ApiProperty({ type: String, format: 'date' })
  @IsDay()
  adoptedOn!: string;

  @ApiProperty({ type: String, format: 'date', description: 'Last day on which it counts unless reviewed' })
  @IsDay()
  reviewOn!: string;
}

/** The whole profile: what is absent is withdrawn. */
export class PutControllerProfile {
  @ApiProperty(party)
  @IsString()
  @HasLength(1, 200)
  party!: string;

  @ApiPropertyOptional(partyRegistration)
  @IsOptional()
  @Matches(/^PP[0-9]{1,6}$/, { message: 'must be a registration number, as PP9999' })
  partyRegistration?: string | null;

  @ApiPropertyOptional(icoRegistration)
  @IsOptional()
  @Matches(/^[A-Z][A-Z0-9]{5,11}$/, { message: 'must be a registration number, as ZA999999' })
  icoRegistration?: string | null;

  @ApiPropertyOptional({ type: AppropriatePolicy, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => AppropriatePolicy)
  policy?: AppropriatePolicy | null;
}

export class ControllerProfile {
  @ApiProperty({ ...party, nullable: true, description: 'Null until a profile is written' })
  party!: string | null;

  @ApiProperty(partyRegistration)
  partyRegistration!: string | null;

  @ApiProperty(icoRegistration)
  icoRegistration!: string | null;

  @ApiProperty({ type: AppropriatePolicy, nullable: true })
  policy!: AppropriatePolicy | null;

  @ApiProperty({
    type: Boolean,
    description: 'Whether opinions may be recorded today: a registered party with a policy document in force',
  })
  areOpinionsAllowed!: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  changedBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  changedAt!: string | null;
}
