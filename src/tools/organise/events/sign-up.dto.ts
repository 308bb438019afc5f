import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches, ValidateIf } from 'class-validator';
import { ConstituencyPageQuery } from '../area.dto.js';
import { SIGN_UP_ROLES, SIGN_UP_STATES, type SignUpRole, type SignUpState } from './event-vocabulary.js';

export class SignUpQuery extends ConstituencyPageQuery {
  @ApiPropertyOptional({ enum: SIGN_UP_STATES })
  @IsOptional()
  @IsIn(SIGN_UP_STATES)
  state?: SignUpState;
}

export class CreateSignUp {
  @ApiProperty({ type: String, pattern: '^[1-9][0-9]{0,17}$' })
  @Matches(/^[1-9][0-9]{0,17}$/, { message: 'must be an id: digits alone' })
  memberId!: string;

  @ApiPropertyOptional({ enum: SIGN_UP_ROLES, default: 'attendee' })
  @ValidateIf((_, value) => value !== undefined)
  @IsIn(SIGN_UP_ROLES)
  role?: SignUpRole;
}

export class ChangeSignUp {
  @ApiProperty({ enum: SIGN_UP_ROLES })
  @IsIn(SIGN_UP_ROLES)
  role!: SignUpRole;
}

export class SignUp {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  eventId!: string;

  @ApiProperty({ type: String })
  memberId!: string;

  @ApiProperty({ enum: SIGN_UP_ROLES })
  role!: SignUpRole;

  @ApiProperty({ enum: SIGN_UP_STATES })
  state!: SignUpState;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Place in the waiting list, from 1' })
  position!: number | null;

  @ApiProperty({ type: String, format: 'uuid', description: 'Who put the member down' })
  signedUpBy!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  signedUpAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  checkedInAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  cancelledAt!: Date | null;
}

export class NamedSignUp extends SignUp {
  @ApiProperty({ type: String })
  forename!: string;

  @ApiProperty({ type: String })
  surname!: string;
}
