/** The wire form of a problem, for the OpenAPI document only. */
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { PROBLEMS } from './problem-codes.js';

@ApiSchema({ name: 'InputError' })
export class InputErrorDto {
  @ApiPropertyOptional({ enum: ['query', 'path', 'header'], type: String, description: 'Absent: the body' })
  in?: string;

  @ApiProperty({ type: String, description: 'JSON pointer (RFC 6901)', example: '/notice' })
  pointer!: string;

  @ApiProperty({ type: String, example: 'must be a string' })
  detail!: string;
}

@ApiSchema({ name: 'Wipe' })
export class WipeDto {
  @ApiProperty({
    enum: ['deposit'],
    description: 'What comes first: `POST /v1/deposits` takes unsent contacts',
  })
  after!: 'deposit';

  @ApiProperty({ type: String, format: 'uri-reference', description: 'Where to say that it is done' })
  url!: string;
}

/** RFC 9457. */
@ApiSchema({ name: 'Problem' })
export class ProblemDto {
  @ApiProperty({ type: String, format: 'uri-reference', example: '/problems/not-found' })
  type!: string;

  @ApiProperty({ type: String, description: 'Fixed per code' })
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599 })
  status!: number;

  @ApiPropertyOptional({ type: String })
  detail?: string;

  @ApiProperty({ type: String, format: 'uri', description: 'The request id' })
  instance!: string;

  @ApiProperty({ type: String, enum: Object.keys(PROBLEMS) })
  code!: string;

  @ApiPropertyOptional({ type: [InputErrorDto] })
  errors?: InputErrorDto[];

  @ApiPropertyOptional({
    type: WipeDto,
    description: 'Of a suspended answer: wipe what the device keeps of personal data, then say so there',
  })
  wipe?: WipeDto;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    description: 'Of a suspended answer, to those alone whom the suspension stops: which it is',
  })
  suspensionId?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Of a suspended answer, to those alone whom the suspension stops: what they are told',
  })
  notice?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Of a suspended answer, to those alone whom the suspension stops: how they can object',
  })
  appealNote?: string;
}
