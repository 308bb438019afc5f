import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { IsMoment } from '../../../http/is-moment.js';
import { ConstituencyPageQuery } from '../area.dto.js';
import { EVENT_KINDS, EVENT_STATES, type EventKind, type EventState } from './event-vocabulary.js';

export class EventQuery extends ConstituencyPageQuery {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Only those that start then or later',
  })
  @IsOptional()
  @IsMoment()
  from?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Only those that start before' })
  @IsOptional()
  @IsMoment()
  until?: string;

  @ApiPropertyOptional({ enum: EVENT_KINDS })
  @IsOptional()
  @IsIn(EVENT_KINDS)
  kind?: EventKind;

  @ApiPropertyOptional({ enum: EVENT_STATES })
  @IsOptional()
  @IsIn(EVENT_STATES)
  state?: EventState;

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'Only those of this branch' })
  @IsOptional()
  @IsUUID()
  branchId?: string;
}

export class Event {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  branchId!: string | null;

  @ApiProperty({ enum: EVENT_KINDS })
  kind!: EventKind;

  @ApiProperty({ type: String })
  title!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'With the offset of its time zone on that day',
  })
  startsAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'With the offset of its time zone on that day',
  })
  endsAt!: string;

  @ApiProperty({ type: String })
  timeZone!: string;

  @ApiProperty({ type: String, nullable: true })
  venueName!: string | null;

  @ApiProperty({ type: String, nullable: true })
  venueAddress!: string | null;

  @ApiProperty({ type: String, nullable: true })
  venuePostcode!: string | null;

  @ApiProperty({ type: String, nullable: true })
  accessibility!: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  capacity!: number | null;

  @ApiProperty({ type: Boolean })
  allowWaiting!: boolean;

  @ApiProperty({ enum: EVENT_STATES })
  state!: EventState;

  @ApiProperty({ type: String, nullable: true })
  cancelledReason!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  cancelledAt!: Date | null;

  @ApiProperty({ type: 'integer', description: 'Who has a place. It moves without a new ETag' })
  going!: number;

  @ApiProperty({ type: 'integer', description: 'Who waits for one. It moves without a new ETag' })
  waiting!: number;

  @ApiProperty({ type: String, format: 'uuid' })
  createdBy!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;
}
