import { ApiProperty } from '@nestjs/swagger';

export class CutAnswer {
  @ApiProperty({ type: 'integer', description: 'The number of the replica, as in `replicas`' })
  replica!: number;

  @ApiProperty({ type: String, format: 'date-time', description: 'By the clock of the database' })
  at!: string;

  @ApiProperty({ enum: ['answer', 'stream'], description: 'In one piece, or a file that was being fetched' })
  what!: 'answer' | 'stream';

  @ApiProperty({
    type: Boolean,
    description:
      'It was handed to the operating system before the replica, which stood still just then, knew; it was reset at once',
  })
  isLate!: boolean;

  @ApiProperty({
    type: String,
    description: 'As in the problem that the client was told, or would have been',
  })
  why!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  requestId!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  accountId!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  sessionId!: string;

  @ApiProperty({ type: String, description: 'Method and path, as they are declared' })
  route!: string;

  @ApiProperty({ type: String })
  action!: string;

  @ApiProperty({ type: 'integer', description: 'At most so many bytes of the body had left the process' })
  bytes!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Rows of a file that had begun to leave; null: the disclosure with this `requestId` counts them',
  })
  rows!: number | null;
}
