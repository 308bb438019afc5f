import { ApiProperty } from '@nestjs/swagger';
import { Bound, DatabaseOutcome, ReplicaOutcome } from './suspension.dto.js';

export class Drill {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid', description: 'The suspension of the canary that it ordered' })
  suspensionId!: string;

  @ApiProperty({ type: 'integer' })
  epoch!: number;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: the system, on schedule' })
  orderedBy!: string | null;

  @ApiProperty({ type: Boolean })
  isScheduled!: boolean;

  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: it is under way' })
  endedAt!: string | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'It was true everywhere in time, and the canary was refused meanwhile',
  })
  isOk!: boolean | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description:
      'While it was suspended, the replica that ran the drill refused the canary; null: nobody looked',
  })
  wasRefused!: boolean | null;

  @ApiProperty({ type: String, format: 'date-time' })
  inForceAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completeAt!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Milliseconds from the commit until it was proved on every replica and in the database',
  })
  barrierMs!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Milliseconds from the request to that proof',
  })
  answerMs!: number | null;

  @ApiProperty({ type: DatabaseOutcome, nullable: true })
  database!: DatabaseOutcome | null;

  @ApiProperty({ type: [ReplicaOutcome] })
  replicas!: ReplicaOutcome[];

  @ApiProperty({ type: Bound, nullable: true })
  bound!: Bound | null;
}
