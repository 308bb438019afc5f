import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../config/vocabulary.js';

export class User {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['person', 'client'] })
  kind!: 'person' | 'client';

  @ApiProperty({ type: String })
  username!: string;

  @ApiProperty({ type: String })
  displayName!: string;

  @ApiProperty({
    enum: ROLES,
    isArray: true,
    description: 'Of the grants that are live now: whoever mixes roles is seen here',
  })
  roles!: Role[];

  @ApiProperty({ type: [String], format: 'uuid' })
  officeIds!: string[];

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the user last departed',
  })
  departedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'A closed account cannot sign in',
  })
  closedAt!: string | null;
}
