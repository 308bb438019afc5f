import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { IsMoment } from '../../../http/is-moment.js';
import { EVENT_KINDS, type EventKind } from './event-vocabulary.js';
import { isTimeZone } from './local-time.rules.js';

const POSTCODE = /^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$/;
const isPostcode = { message: 'must be a postcode, as SW15 1AA' };
const notBlank = { message: 'must not be blank' };

/** Absent: as it is, or the default. */
const IfGiven = () => ValidateIf((_, value) => value !== undefined);
/** Null: none. */
const IfSet = () => ValidateIf((_, value) => value !== undefined && value !== null);
const IsTimeZone = () =>
  ValidateBy({
    name: 'isTimeZone',
    validator: { validate: isTimeZone, defaultMessage: () => 'must be a time zone, as Europe/London' },
  });

/** What may be said of an event at any time; null takes it away. */
class EventDetails {
  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The branch that holds it',
  })
  @IfSet()
  @IsUUID()
  branchId?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, minLength: 1, maxLength: 5000 })
  @IfSet()
  @IsString()
  @HasLength(1, 5000)
  description?: string | null;

  @ApiPropertyOptional({
    type: String,
    default: 'Europe/London',
    maxLength: 64,
    description: 'In which its times are answered',
  })
  @IfGiven()
  @IsTimeZone()
  timeZone?: string;

  @ApiPropertyOptional({ type: String, nullable: true, minLength: 1, maxLength: 200 })
  @IfSet()
  @IsString()
  @HasLength(1, 200)
  venueName?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, minLength: 1, maxLength: 500 })
  @IfSet()
  @IsString()
  @HasLength(1, 500)
  venueAddress?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'SW15 1AA' })
  @IfSet()
  @Matches(POSTCODE, isPostcode)
  venuePostcode?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 2000,
    description: 'Steps, hearing loop, toilets, parking: what somebody has to know before coming',
  })
  @IfSet()
  @IsString()
  @HasLength(1, 2000)
  accessibility?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 100_000,
    description: 'Null: as many as come',
  })
  @IfSet()
  @IsInt()
  @Min(1)
  @Max(100_000)
  capacity?: number | null;

  @ApiPropertyOptional({
    type: Boolean,
    default: true,
    description: 'Whether who comes after the last place may wait for one',
  })
  @IfGiven()
  @IsBoolean()
  allowWaiting?: boolean;
}

export class CreateEvent extends EventDetails {
  @ApiProperty({
    type: String,
    pattern: '^[ENSW][0-9]{8}$',
    description: 'GSS code of the constituency',
  })
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;

  @ApiProperty({ enum: EVENT_KINDS })
  @IsIn(EVENT_KINDS)
  kind!: EventKind;

  @ApiProperty({ type: String, minLength: 1, maxLength: 200 })
  @IsString()
  @HasLength(1, 200)
  @Matches(/\S/, notBlank)
  title!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  @IsMoment()
  startsAt!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'Within 14 days of the start' })
  @IsMoment()
  endsAt!: string;
}

export class ChangeEvent extends EventDetails {
  @ApiPropertyOptional({ enum: EVENT_KINDS })
  @IfGiven()
  @IsIn(EVENT_KINDS)
  kind?: EventKind;

  @ApiPropertyOptional({ type: String, minLength: 1, maxLength: 200 })
  @IfGiven()
  @IsString()
  @HasLength(1, 200)
  @Matches(/\S/, notBlank)
  title?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  @IfGiven()
  @IsMoment()
  startsAt?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Within 14 days of the start' })
  @IfGiven()
  @IsMoment()
  endsAt?: string;
}

export class CancelEvent {
  @ApiProperty({ type: String, minLength: 1, maxLength: 1000, description: 'Shown with the event' })
  @IsString()
  @HasLength(1, 1000)
  @Matches(/\S/, notBlank)
  reason!: string;
}
