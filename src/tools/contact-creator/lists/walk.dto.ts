import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, IsUUID, ValidateIf, ValidateNested } from 'class-validator';
import { IsMoment } from '../../../http/is-moment.js';
import { AreaPageQuery } from '../geography/area.dto.js';

const countsHidden = 'When the list was cut; null where its selection asked for opinions';

export class Assignment {
  @ApiProperty({ type: String, format: 'uuid', description: 'Who may work walks of the area' })
  @IsUUID()
  accountId!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  @IsMoment()
  from!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'The walk is not shown after it' })
  @IsMoment()
  until!: string;
}

export class AssignWalk {
  @ApiProperty({ type: Assignment, nullable: true, description: 'Null takes the walk back' })
  @IsDefined()
  @ValidateIf((_, value) => value !== null)
  @IsObject()
  @ValidateNested()
  @Type(() => Assignment)
  assignment!: Assignment | null;
}

export class HeldAssignment {
  @ApiProperty({ type: String, format: 'uuid' })
  accountId!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  from!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  until!: string;
}

export class Claim {
  @ApiProperty({ type: String, format: 'uuid' })
  accountId!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  since!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: string;
}

export class Walk {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  listId!: string;

  @ApiProperty({ type: 'integer', description: 'Place in the list, from 1' })
  position!: number;

  @ApiProperty({ type: String })
  pollingDistrictId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null where it crosses groups or has none' })
  roadGroupId!: string | null;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: countsHidden })
  doors!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: countsHidden })
  electors!: number | null;

  @ApiProperty({ type: HeldAssignment, nullable: true })
  assignment!: HeldAssignment | null;

  @ApiProperty({ type: Claim, nullable: true, description: 'Who holds it now' })
  claim!: Claim | null;
}

/** A walk as whoever works it sees it. */
export class MyWalk {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  listId!: string;

  @ApiProperty({ type: String })
  list!: string;

  @ApiProperty({ type: 'integer' })
  position!: number;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: countsHidden })
  doors!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: countsHidden })
  electors!: number | null;

  @ApiProperty({ type: String, description: "The list's; its doors are read for it" })
  purpose!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When the list ends' })
  expiresAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  assignedUntil!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Of a claim of one’s own' })
  claimExpiresAt!: Date | null;

  @ApiProperty({ type: Boolean })
  isHeldByAnother!: boolean;
}

export class WalkDeposit {
  @ApiProperty({
    type: String,
    description:
      'Shown this once: for `Authorization: Deposit`, to hand in contacts of this walk with `POST /v1/deposits` when nothing else is taken',
  })
  token!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: Date;
}

export class ClaimedWalk extends MyWalk {
  @ApiProperty({
    type: WalkDeposit,
    description: 'Keep it with the walk; each claim gives another, and all are good',
  })
  deposit!: WalkDeposit;
}

export class WalkElector {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String, example: 'KA-124/1' })
  electorNumber!: string;

  @ApiProperty({ type: String, nullable: true })
  title!: string | null;

  @ApiProperty({ type: String })
  forename!: string;

  @ApiProperty({ type: String, nullable: true })
  middleNames!: string | null;

  @ApiProperty({ type: String })
  surname!: string;

  @ApiProperty({ type: String, nullable: true })
  nameSuffix!: string | null;
}

export class WalkDoor {
  @ApiProperty({ type: 'integer', description: 'Place in the walk, from 1; those left out leave a gap' })
  position!: number;

  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  street!: string;

  @ApiProperty({ type: [String] })
  addressLines!: string[];

  @ApiProperty({ type: String, nullable: true })
  postcode!: string | null;

  @ApiProperty({ type: [WalkElector], description: 'Whom to call on there; others may live there too' })
  electors!: WalkElector[];
}

export class ListDoorQuery extends AreaPageQuery {
  @ApiProperty({ type: String, format: 'uuid' })
  @IsUUID()
  walkId!: string;
}
