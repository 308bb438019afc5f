import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, Matches } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { memberFields } from './member-fields.js';
import { MERGE_FIELDS } from './template.rules.js';

export const MAILING_STATES = ['draft', 'preparing', 'sending', 'sent', 'failed', 'cancelled'] as const;
export type MailingState = (typeof MAILING_STATES)[number];
export const RECIPIENT_STATES = [
  'pending',
  'queued',
  'handed-over',
  'suppressed',
  'excluded',
  'failed',
  'cancelled',
  'uncertain',
] as const;
export type RecipientState = (typeof RECIPIENT_STATES)[number];

const oneLine = { message: 'must be one line' };
const name = { type: String, minLength: 1, maxLength: 200, example: 'Summer meeting' } as const;
const subject = {
  type: String,
  minLength: 1,
  maxLength: 200,
  description: 'One line; takes merge fields',
} as const;
const bodyText = {
  type: String,
  minLength: 1,
  maxLength: 100_000,
  description:
    `Plain text. Merge fields: ${MERGE_FIELDS.map((field) => `\`{{${field}}}\``).join(', ')} and ` +
    '`{{unsubscribeUrl}}`; where the last is absent, a line with the link is put below.',
} as const;
const segment = {
  type: 'object',
  additionalProperties: true,
  description:
    'A group `{ "all": […] }`, `{ "any": […] }` or `{ "not": … }`, or a condition `{ "field", "op", "value" }`; ' +
    '`{ "all": [] }` is everybody. Only members of status `current`, unless it names another. Fields and operators: ' +
    Object.entries(memberFields)
      .map(([field, { operators }]) => `\`${field}\` (${Object.keys(operators).join(', ')})`)
      .join(', '),
} as const;

export class CreateMailing {
  @ApiProperty(name)
  @IsString()
  @HasLength(1, 200)
  name!: string;

  @ApiProperty(subject)
  @IsString()
  @HasLength(1, 200)
  @Matches(/^[^\p{Cc}\p{Zl}\p{Zp}]*[^\s\p{Cc}][^\p{Cc}\p{Zl}\p{Zp}]*$/u, oneLine)
  subject!: string;

  @ApiProperty(bodyText)
  @IsString()
  @HasLength(1, 100_000)
  bodyText!: string;

  @ApiProperty(segment)
  @IsObject()
  segment!: Record<string, unknown>;
}

export class ChangeMailing {
  @ApiPropertyOptional(name)
  @IsOptional()
  @IsString()
  @HasLength(1, 200)
  name?: string;

  @ApiPropertyOptional(subject)
  @IsOptional()
  @IsString()
  @HasLength(1, 200)
  @Matches(/^[^\p{Cc}\p{Zl}\p{Zp}]*[^\s\p{Cc}][^\p{Cc}\p{Zl}\p{Zp}]*$/u, oneLine)
  subject?: string;

  @ApiPropertyOptional(bodyText)
  @IsOptional()
  @IsString()
  @HasLength(1, 100_000)
  bodyText?: string;

  @ApiPropertyOptional(segment)
  @IsOptional()
  @IsObject()
  segment?: Record<string, unknown>;
}

const count = (description: string) => ({ type: 'integer', description }) as const;

/** What became of those it was prepared for. */
export class MailingCounts {
  @ApiProperty(count('Not yet in the outbox'))
  pending!: number;

  @ApiProperty(count('In the outbox'))
  queued!: number;

  @ApiProperty(count('Accepted by the mail server'))
  handedOver!: number;

  @ApiProperty(count('Left out: the address is suppressed'))
  suppressed!: number;

  @ApiProperty(count('Left out: no longer in the segment, or without an address by now'))
  excluded!: number;

  @ApiProperty(count('Refused by the mail server, given up, or no fit address'))
  failed!: number;

  @ApiProperty(count('Not sent, because the mailing was cancelled'))
  cancelled!: number;

  @ApiProperty(count('Cancelled or given up while being handed over: may have arrived'))
  uncertain!: number;
}

export class Mailing {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty(name)
  name!: string;

  @ApiProperty(subject)
  subject!: string;

  @ApiProperty(bodyText)
  bodyText!: string;

  @ApiProperty(segment)
  segment!: Record<string, unknown>;

  @ApiProperty({ type: String, description: 'What members are written to for' })
  purpose!: string;

  @ApiProperty({
    enum: MAILING_STATES,
    description:
      '`failed` can be sent again: it goes on where it stopped. While its tool is suspended it waits.',
  })
  state!: MailingState;

  @ApiProperty({ type: MailingCounts })
  counts!: MailingCounts;

  @ApiProperty({ type: String, format: 'uuid' })
  createdBy!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Who had it sent' })
  sentBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  sentAt!: Date | null;
}
