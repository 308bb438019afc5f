import { ApiProperty } from '@nestjs/swagger';
import { RECIPIENT_STATES, type RecipientState } from './mailing.dto.js';

const count = (description: string) => ({ type: 'integer', description }) as const;

/** Who would get a mailing if it were sent now. */
export class MailingForecast {
  @ApiProperty(count('Members in the segment'))
  matched!: number;

  @ApiProperty(count('Would get it'))
  recipients!: number;

  @ApiProperty(count('No address is known, or one that cannot be written to'))
  withoutAddress!: number;

  @ApiProperty(count('Unsubscribed'))
  unsubscribed!: number;

  @ApiProperty(count('Objected'))
  objected!: number;

  @ApiProperty(count('Mail to the address came back'))
  bounced!: number;
}

export class MailingRecipient {
  @ApiProperty({ type: String, description: 'Id of the member' })
  memberId!: string;

  @ApiProperty({ enum: RECIPIENT_STATES })
  state!: RecipientState;

  @ApiProperty({ type: String, format: 'date-time', description: 'Since when; `handed-over`: when it left' })
  at!: Date;
}
