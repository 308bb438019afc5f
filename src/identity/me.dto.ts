import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { ROLES, type Role } from '../config/vocabulary.js';
import { HasLength } from '../http/has-length.js';

export class OwnGrant {
  @ApiProperty({ enum: ROLES })
  role!: Role;

  @ApiProperty({ type: String, nullable: true, description: 'GSS code; null for everywhere' })
  constituencyId!: string | null;

  @ApiProperty({ type: [String] })
  purposes!: string[];

  @ApiProperty({ type: String, format: 'date-time' })
  untilAt!: string;
}

export class OwnUndertaking {
  @ApiProperty({ type: 'integer', description: 'The version in force' })
  version!: number;

  @ApiProperty({ type: Boolean })
  isAccepted!: boolean;
}

export class Me {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['person', 'client'] })
  kind!: 'person' | 'client';

  @ApiProperty({ type: String })
  username!: string;

  @ApiProperty({ type: String })
  displayName!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  sessionId!: string;

  @ApiProperty({ type: Boolean, description: 'Whether this session was opened with a second factor' })
  hasSecondFactor!: boolean;

  @ApiProperty({ type: Boolean })
  isTotpEnrolled!: boolean;

  @ApiProperty({ type: Boolean, description: 'Whether a live grant counts only with a second factor' })
  isSecondFactorRequired!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  steppedUpUntil!: string | null;

  @ApiProperty({ type: [OwnGrant] })
  grants!: OwnGrant[];

  @ApiProperty({ type: OwnUndertaking, nullable: true })
  undertaking!: OwnUndertaking | null;
}

export class ChangePassword {
  @ApiProperty({ type: String, minLength: 1, maxLength: 512 })
  @IsString()
  @HasLength(1, 512)
  currentPassword!: string;

  @ApiProperty({ type: String, minLength: 12, maxLength: 128 })
  @IsString()
  @HasLength(1, 512)
  newPassword!: string;
}
