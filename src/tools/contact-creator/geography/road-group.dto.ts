import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { SIDE_MODES, type SideMode } from '../register/walk-order.rules.js';
import { AreaPageQuery, isId } from './area.dto.js';

const ID = /^[1-9][0-9]{0,17}$/;
const idProperty = { type: String, pattern: '^[1-9][0-9]{0,17}$' } as const;

export class RoadGroup {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String })
  pollingDistrictId!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: [String], description: 'In walk order' })
  streetIds!: string[];

  @ApiProperty({ type: 'integer', description: 'Doors on its streets' })
  doors!: number;
}

export class RoadGroups {
  @ApiProperty({ type: [RoadGroup] })
  items!: RoadGroup[];
}

export class RoadGroupQuery extends AreaPageQuery {
  @ApiPropertyOptional({ ...idProperty, description: 'Only those of this polling district' })
  @IsOptional()
  @Matches(ID, isId)
  pollingDistrictId?: string;
}

export class CreateRoadGroup {
  @ApiProperty(idProperty)
  @Matches(ID, isId)
  pollingDistrictId!: string;

  @ApiProperty({ type: String, minLength: 1, maxLength: 200 })
  @IsString()
  @HasLength(1, 200)
  name!: string;
}

export class ChangeRoadGroup {
  @ApiProperty({ type: String, minLength: 1, maxLength: 200 })
  @IsString()
  @HasLength(1, 200)
  name!: string;
}

export class PlaceStreets {
  @ApiProperty({
    type: [String],
    maxItems: 1000,
    description: 'The streets of the group in walk order; a street it had and that is not named leaves it',
  })
  @IsArray()
  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Matches(ID, { each: true, message: 'must each be an id: digits alone' })
  streetIds!: string[];
}

export class CutRoadGroups {
  @ApiProperty({
    type: 'integer',
    minimum: 20,
    maximum: 500,
    description: 'About how many doors a group has',
  })
  @IsInt()
  @Min(20)
  @Max(500)
  doorsPerGroup!: number;
}

export class DoorQuery extends AreaPageQuery {
  @ApiPropertyOptional({ enum: SIDE_MODES, description: 'In place of what each street says' })
  @IsOptional()
  @IsIn(SIDE_MODES)
  sideMode?: SideMode;
}

export class RoadGroupDoor {
  @ApiProperty({ type: 'integer', description: 'Place in the walk, from 1' })
  position!: number;

  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  streetId!: string;

  @ApiProperty({ type: String })
  street!: string;

  @ApiProperty({ type: [String] })
  addressLines!: string[];

  @ApiProperty({ type: String, nullable: true })
  postcode!: string | null;

  @ApiProperty({
    type: 'integer',
    description: 'Electors registered there now; who they are is asked elsewhere',
  })
  electors!: number;
}

export class RoadGroupDoors {
  @ApiProperty({ type: [RoadGroupDoor] })
  items!: RoadGroupDoor[];

  @ApiProperty({ type: String, nullable: true, description: 'Pass it as `after`; null on the last page' })
  next!: string | null;

  @ApiProperty({ type: 'integer', description: 'Doors of the whole walk' })
  doors!: number;

  @ApiProperty({ type: 'integer', description: 'Electors at the doors of the whole walk' })
  electors!: number;
}
