import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import { HasLength } from '../http/has-length.js';

export class EnrolTotp {
  @ApiProperty({ type: String, minLength: 1, maxLength: 512 })
  @IsString()
  @HasLength(1, 512)
  password!: string;
}

export class TotpEnrolment {
  @ApiProperty({
    type: String,
    description: 'The seed in Base32, to type into an authenticator app; never shown again',
  })
  secret!: string;

  @ApiProperty({ type: String, description: 'The same as an `otpauth:` address, to show as a QR code' })
  uri!: string;
}

export class ConfirmTotp {
  @ApiProperty({ type: String, pattern: '^[0-9]{6}$' })
  @Matches(/^[0-9]{6}$/)
  code!: string;
}

export class RecoveryCodes {
  @ApiProperty({ type: [String], description: 'Each works once in place of a code; never shown again' })
  codes!: string[];
}

export class TotpReset {
  @ApiProperty({ type: String, format: 'uuid' })
  accountId!: string;

  @ApiProperty({ enum: ['asked', 'done'] })
  state!: 'asked' | 'done';

  @ApiProperty({ type: String, format: 'uuid' })
  askedBy!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  askedAt!: string;
}
