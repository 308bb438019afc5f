import { ApiProperty } from '@nestjs/swagger';

export class Replica {
  @ApiProperty({ type: 'integer', description: 'Which start of a process: each has a number of its own' })
  number!: number;

  @ApiProperty({ type: String })
  host!: string;

  @ApiProperty({ type: 'integer' })
  processId!: number;

  @ApiProperty({ type: String, description: 'What it runs' })
  build!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it last renewed its lease' })
  lastSeenAt!: string;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'Milliseconds since, by the database’s clock',
  })
  silentMs!: number;

  @ApiProperty({
    type: Boolean,
    description: 'Whether it may still act on what it knows; false: it admits and sends nothing',
  })
  mayHoldLease!: boolean;

  @ApiProperty({ type: Boolean, description: 'Shut out for good: it comes back under another number' })
  isFenced!: boolean;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'It admits nothing that was stopped up to this state of the switch',
  })
  closedEpoch!: number;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'Nothing that was stopped up to this state of the switch runs or is sent there any more',
  })
  drainedEpoch!: number;
}

export class Replicas {
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'The present state of the switch: who has drained it is through',
  })
  epoch!: number;

  @ApiProperty({
    type: [Replica],
    description: 'Newest first, at most 100: those that run or may, and those shut out within a day',
  })
  items!: Replica[];
}
