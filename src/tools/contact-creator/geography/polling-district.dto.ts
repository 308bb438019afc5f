import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';

export class PollingDistrict {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String, description: 'The prefix of its elector numbers', example: 'KA' })
  code!: string;

  @ApiProperty({ type: String, nullable: true })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'GSS code of the ward' })
  wardId!: string | null;
}

export class ChangePollingDistrict {
  @ApiPropertyOptional({ type: String, nullable: true, minLength: 1, maxLength: 200 })
  @IsOptional()
  @IsString()
  @HasLength(1, 200)
  name?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    pattern: '^[ENSW][0-9]{8}$',
    description: 'GSS code of a ward of the constituency',
  })
  @IsOptional()
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a ward' })
  wardId?: string | null;
}
