import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { HasLength } from '../http/has-length.js';
import { usernamePattern } from './username.rules.js';

const code = {
  type: String,
  pattern: '^[0-9]{6}$',
  nullable: true,
  description: 'Of the authenticator app',
} as const;
const recoveryCode = {
  type: String,
  maxLength: 40,
  nullable: true,
  description: 'Instead of `code`; each works once',
} as const;

export class SignIn {
  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 254,
    nullable: true,
    description: 'The e-mail address, for people',
  })
  @IsOptional()
  @IsString()
  @HasLength(1, 254)
  username?: string | null;

  @ApiPropertyOptional({ type: String, minLength: 1, maxLength: 512, nullable: true })
  @IsOptional()
  @IsString()
  @HasLength(1, 512)
  password?: string | null;

  @ApiPropertyOptional(code)
  @IsOptional()
  @Matches(/^[0-9]{6}$/)
  code?: string | null;

  @ApiPropertyOptional(recoveryCode)
  @IsOptional()
  @IsString()
  @HasLength(0, 40)
  recoveryCode?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'For API clients, with `clientSecret`',
  })
  @IsOptional()
  @IsUUID()
  clientId?: string | null;

  @ApiPropertyOptional({ type: String, minLength: 1, maxLength: 200, nullable: true })
  @IsOptional()
  @IsString()
  @HasLength(1, 200)
  clientSecret?: string | null;
}

export class TokenSet {
  @ApiProperty({ type: String, description: 'Goes into `Authorization: Bearer …`' })
  accessToken!: string;

  @ApiProperty({ enum: ['Bearer'] })
  tokenType!: 'Bearer';

  @ApiProperty({ type: 'integer', description: 'Seconds until the access token expires' })
  expiresIn!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Works once; null for API clients, which sign in again',
  })
  refreshToken!: string | null;

  @ApiProperty({ type: String, format: 'uuid' })
  sessionId!: string;
}

export class Refresh {
  @ApiProperty({ type: String, minLength: 1, maxLength: 200 })
  @IsString()
  @HasLength(1, 200)
  refreshToken!: string;
}

export class StepUp {
  @ApiProperty({ type: String, minLength: 1, maxLength: 512 })
  @IsString()
  @HasLength(1, 512)
  password!: string;

  @ApiPropertyOptional(code)
  @IsOptional()
  @Matches(/^[0-9]{6}$/)
  code?: string | null;

  @ApiPropertyOptional(recoveryCode)
  @IsOptional()
  @IsString()
  @HasLength(0, 40)
  recoveryCode?: string | null;
}

export class SteppedUp {
  @ApiProperty({ type: String, format: 'date-time' })
  steppedUpUntil!: string;
}

export class AskPasswordReset {
  @ApiProperty({ type: String, minLength: 1, maxLength: 254 })
  @IsString()
  @HasLength(1, 254)
  username!: string;
}

export class SetPasswordByToken {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 200,
    description: 'The one-time token that was mailed',
  })
  @IsString()
  @HasLength(1, 200)
  token!: string;

  @ApiProperty({ type: String, minLength: 12, maxLength: 128 })
  @IsString()
  @HasLength(1, 512)
  password!: string;
}

export class FinishSetUp extends SetPasswordByToken {
  @ApiProperty({ type: String, maxLength: 254, format: 'email' })
  @IsString()
  @HasLength(0, 254)
  @Matches(usernamePattern, { message: 'must be an e-mail address' })
  username!: string;

  @ApiProperty({ type: String, minLength: 1, maxLength: 200 })
  @IsString()
  @HasLength(1, 200)
  displayName!: string;
}
