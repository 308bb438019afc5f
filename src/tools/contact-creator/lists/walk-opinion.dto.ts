import { ApiProperty } from '@nestjs/swagger';
import { VI_CATEGORIES } from '../selections/elector-fields.js';

export class VotingIntention {
  @ApiProperty({ type: String, nullable: true, description: "The organisation's own code" })
  code!: string | null;

  @ApiProperty({ enum: VI_CATEGORIES })
  category!: (typeof VI_CATEGORIES)[number];

  @ApiProperty({ type: String, nullable: true })
  party!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was said' })
  at!: string | null;
}

/** Whom to call on, with what they said last; names are the answer of the doors. */
export class ElectorIntention {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String, example: 'KA-124/1' })
  electorNumber!: string;

  @ApiProperty({ type: VotingIntention, nullable: true, description: 'Null where none is known' })
  votingIntention!: VotingIntention | null;
}

export class DoorOpinions {
  @ApiProperty({ type: 'integer', description: 'Place in the walk, as of its doors' })
  position!: number;

  @ApiProperty({ type: String, description: 'Id of the door' })
  id!: string;

  @ApiProperty({ type: [ElectorIntention] })
  electors!: ElectorIntention[];
}
