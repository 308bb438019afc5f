import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Matches, ValidateIf } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { isSent } from '../area.dto.js';

const TELEPHONE = /^\+?[0-9]([ ().-]{0,3}[0-9]){6,14}$/;
const isTelephone = { message: 'must be a telephone number of 7 to 15 digits' };
const telephone = { type: String, minLength: 7, maxLength: 30, nullable: true } as const;

export class MemberContactDetails {
  @ApiProperty({ type: String })
  memberId!: string;

  @ApiProperty({ type: String, nullable: true })
  email!: string | null;

  @ApiProperty({ type: String, nullable: true })
  mobile!: string | null;

  @ApiProperty({ type: String, nullable: true })
  landline!: string | null;

  @ApiProperty({ type: [String] })
  addressLines!: string[];

  @ApiProperty({ type: String, nullable: true })
  postcode!: string | null;
}

/** All there is: what is absent is removed. */
export class SetMemberContactDetails {
  @ApiPropertyOptional({ type: String, minLength: 3, maxLength: 254, nullable: true })
  @IsOptional()
  @IsString()
  @HasLength(3, 254)
  email?: string | null;

  @ApiPropertyOptional(telephone)
  @IsOptional()
  @IsString()
  @HasLength(7, 30)
  @Matches(TELEPHONE, isTelephone)
  mobile?: string | null;

  @ApiPropertyOptional(telephone)
  @IsOptional()
  @IsString()
  @HasLength(7, 30)
  @Matches(TELEPHONE, isTelephone)
  landline?: string | null;

  @ApiPropertyOptional({ type: [String], maxItems: 8 })
  @ValidateIf(isSent)
  @IsArray()
  @ArrayMaxSize(8)
  @IsString({ each: true })
  @HasLength(1, 200, { each: true })
  addressLines?: string[];

  @ApiPropertyOptional({
    type: String,
    maxLength: 10,
    nullable: true,
    description: 'A whole postcode of the United Kingdom; a foreign one is a line of the address',
  })
  @IsOptional()
  @IsString()
  @HasLength(5, 10)
  postcode?: string | null;
}
