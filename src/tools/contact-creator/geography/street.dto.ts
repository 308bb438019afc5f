import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { SIDE_MODES, type SideMode } from '../register/walk-order.rules.js';

export class Street {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String })
  pollingDistrictId!: string;

  @ApiProperty({ type: String, description: 'Streets with one name in two districts are two streets' })
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  roadGroupId!: string | null;

  @ApiProperty({ enum: SIDE_MODES, description: 'Which side is walked when; loop: odds up, evens down' })
  sideMode!: SideMode;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Place in its road group, from 1' })
  walkPosition!: number | null;

  @ApiProperty({ type: 'integer', description: 'Doors on the street' })
  doors!: number;
}

export class ChangeStreet {
  @ApiPropertyOptional({ enum: SIDE_MODES })
  @IsOptional()
  @IsIn(SIDE_MODES)
  sideMode?: SideMode;

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: 10000 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  walkPosition?: number | null;
}
