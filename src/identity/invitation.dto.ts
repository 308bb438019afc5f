import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import { HasLength } from '../http/has-length.js';
import { usernamePattern } from './username.rules.js';

export class Invite {
  @ApiProperty({
    type: String,
    format: 'email',
    maxLength: 254,
    description: 'E-mail address; becomes the username',
  })
  @IsString()
  @HasLength(0, 254)
  @Matches(usernamePattern, { message: 'must be an e-mail address' })
  username!: string;

  @ApiProperty({ type: String, minLength: 1, maxLength: 200 })
  @IsString()
  @HasLength(1, 200)
  displayName!: string;
}

export class Invitation {
  @ApiProperty({ type: String, format: 'uuid' })
  accountId!: string;

  @ApiProperty({ type: String })
  username!: string;

  @ApiProperty({ type: String })
  displayName!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null once it was accepted',
  })
  expiresAt!: string | null;
}
