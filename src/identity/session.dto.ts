import { ApiProperty } from '@nestjs/swagger';

export class OwnSession {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastRefreshedAt!: string | null;

  @ApiProperty({ type: Boolean, description: 'Whether a second factor was given' })
  hasSecondFactor!: boolean;

  @ApiProperty({ type: Boolean, description: 'Whether this request was made in it' })
  isCurrent!: boolean;
}

export class Sessions {
  @ApiProperty({ type: [OwnSession] })
  items!: OwnSession[];
}
