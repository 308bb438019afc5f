import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, IsString, Matches } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { InputErrorDto } from '../../../http/problem.dto.js';
import { AreaPageQuery, AreaQuery, isId } from '../geography/area.dto.js';
import {
  FLAGS,
  LARGEST_BATCH,
  METHODS,
  OUTCOMES,
  STATUSES,
  type Flag,
  type Method,
  type Outcome,
  type Status,
} from './contact-vocabulary.js';

const uuid = { type: String, format: 'uuid' } as const;
const number = { type: String, pattern: '^[1-9][0-9]{0,17}$' } as const;
const code = { type: String, pattern: '^[A-Z0-9]{1,8}$' } as const;
const moment = { type: String, format: 'date-time' } as const;
const answers = {
  type: 'object' as const,
  additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
};

export class FoundAtDoor {
  @ApiProperty(number)
  doorId!: string;

  @ApiProperty({ type: String, minLength: 1, maxLength: 200 })
  name!: string;
}

/** For the document alone: items are read by contact-item.rules.ts. */
export class ContactInput {
  @ApiProperty({
    ...uuid,
    description: 'Made by the device; the same id with the same content is recorded once',
  })
  id!: string;

  @ApiPropertyOptional({ ...number, description: 'One of electorId, doorId and foundAtDoor' })
  electorId?: string;

  @ApiPropertyOptional({
    ...number,
    description: 'A door where nobody is named; counts for whoever was to be called on',
  })
  doorId?: string;

  @ApiPropertyOptional({ type: FoundAtDoor, description: 'Somebody who is not on the register' })
  foundAtDoor?: FoundAtDoor;

  @ApiPropertyOptional({ ...uuid, description: 'Required of canvassers' })
  walkId?: string;

  @ApiProperty({ enum: METHODS })
  method!: Method;

  @ApiProperty({ enum: OUTCOMES })
  outcome!: Outcome;

  @ApiPropertyOptional({ type: String, format: 'date', description: 'With the outcome do-not-return' })
  doNotReturnUntil?: string;

  @ApiPropertyOptional({ ...code, description: 'A code valid on the day of the contact' })
  votingIntentionCode?: string;

  @ApiPropertyOptional({ ...code, description: 'A code as well' })
  secondPreference?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 10, description: 'How likely to vote' })
  likelihood?: number;

  @ApiPropertyOptional({ ...answers, description: 'By question; at most 50' })
  answers?: Record<string, string | number | boolean>;

  @ApiPropertyOptional({ enum: FLAGS, isArray: true })
  flags?: Flag[];

  @ApiPropertyOptional({ enum: FLAGS, isArray: true, description: 'Flags that no longer hold' })
  flagsCleared?: Flag[];

  @ApiProperty({ ...moment, description: 'When it was said, by the clock of the device' })
  deviceAt!: string;
}

export class ContactBatch extends AreaQuery {
  @ApiProperty({ type: [ContactInput], minItems: 1, maxItems: LARGEST_BATCH })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(LARGEST_BATCH)
  contacts!: unknown[];
}

export class RetractContact extends AreaQuery {
  @ApiProperty({ type: String, minLength: 1, maxLength: 500 })
  @IsString()
  @HasLength(1, 500)
  reason!: string;
}

export class CorrectContact extends RetractContact {
  @ApiProperty({ type: ContactInput, description: 'What should have been recorded, under an id of its own' })
  @IsObject()
  contact!: object;
}

export class ContactProblem {
  @ApiProperty({ type: String, example: 'validation-failed' })
  code!: string;

  @ApiProperty({ type: String })
  detail!: string;

  @ApiPropertyOptional({ type: [InputErrorDto], description: 'Pointers into the body of the request' })
  errors?: InputErrorDto[];
}

export class ContactResult {
  @ApiProperty({ ...uuid, nullable: true, description: 'Null where the item has none' })
  id!: string | null;

  @ApiProperty({
    enum: STATUSES,
    description: 'repeated: recorded before; conflict: under this id something else was',
  })
  status!: Status;

  @ApiPropertyOptional({ type: ContactProblem })
  problem?: ContactProblem;
}

export class ContactResults {
  @ApiProperty({ type: [ContactResult], description: 'In the order of the items' })
  contacts!: ContactResult[];
}

export class ContactQuery extends AreaPageQuery {
  @ApiProperty({ ...number, description: 'Id of the elector' })
  @Matches(/^[1-9][0-9]{0,17}$/, isId)
  electorId!: string;
}

export class ContactOpinion {
  @ApiProperty({ type: String, nullable: true })
  votingIntentionCode!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As the code meant it on the day' })
  category!: string | null;

  @ApiProperty({ type: String, nullable: true })
  party!: string | null;

  @ApiProperty({ type: String, nullable: true })
  secondPreference!: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  likelihood!: number | null;

  @ApiProperty(answers)
  answers!: Record<string, string | number | boolean>;

  @ApiProperty({ type: [String] })
  flags!: string[];

  @ApiProperty({ type: [String] })
  flagsCleared!: string[];
}

export class ContactEnding {
  @ApiProperty(moment)
  at!: string;

  @ApiProperty(uuid)
  accountId!: string;

  @ApiProperty({ type: String })
  reason!: string;

  @ApiProperty({ ...uuid, nullable: true, description: 'The contact in its place; null: retracted' })
  replacedBy!: string | null;
}

export class Contact {
  @ApiProperty(uuid)
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null: at a door where nobody was named' })
  electorId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  doorId!: string | null;

  @ApiProperty({ ...uuid, nullable: true })
  walkId!: string | null;

  @ApiProperty({ enum: METHODS })
  method!: Method;

  @ApiProperty({ enum: OUTCOMES })
  outcome!: Outcome;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  doNotReturnUntil!: string | null;

  @ApiProperty(moment)
  deviceAt!: string;

  @ApiProperty({ ...moment, description: 'As it counts: never later than it was recorded' })
  effectiveAt!: string;

  @ApiProperty(moment)
  recordedAt!: string;

  @ApiProperty(uuid)
  recordedBy!: string;

  @ApiProperty({
    ...uuid,
    nullable: true,
    description: 'Who let it in from quarantine; null: it was recorded directly',
  })
  releasedBy!: string | null;

  @ApiProperty({ type: ContactOpinion, nullable: true })
  opinion!: ContactOpinion | null;

  @ApiProperty({ type: ContactEnding, nullable: true, description: 'Null: it counts' })
  ended!: ContactEnding | null;
}
