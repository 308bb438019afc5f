import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, ValidateBy } from 'class-validator';
import { HasLength } from '../http/has-length.js';

export const standings = ['resigned', 'lost-the-whip', 'expelled', 'lapsed', 'died'] as const;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function IsOfficeIdOrBoolean(): PropertyDecorator {
  return ValidateBy({
    name: 'isOfficeIdOrBoolean',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'boolean' || (typeof value === 'string' && uuid.test(value)),
      defaultMessage: () => 'must be the id of an office, or true or false',
    },
  });
}

export class OrderDeparture {
  @ApiProperty({ enum: standings })
  @IsIn(standings)
  standing!: (typeof standings)[number];

  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 2000,
    description: 'Kept with the name of who ordered it',
  })
  @IsString()
  @HasLength(1, 2000)
  reason!: string;

  @ApiPropertyOptional({
    oneOf: [{ type: 'string', format: 'uuid' }, { type: 'boolean' }],
    default: false,
    description:
      'An office that the user represents or belongs to; `true`: every office that the user represents',
  })
  @IsOptional()
  @IsOfficeIdOrBoolean()
  withOffice?: string | boolean;
}

export class Departure {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  accountId!: string;

  @ApiProperty({ enum: standings })
  standing!: (typeof standings)[number];

  @ApiProperty({ type: String })
  reason!: string;

  @ApiProperty({ type: [String], format: 'uuid', description: 'Offices whose members lost their access too' })
  officeIds!: string[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'From this moment nothing is done in the names of these people',
  })
  at!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  orderedBy!: string;

  @ApiProperty({ type: 'integer', description: 'People whose access ended' })
  people!: number;

  @ApiProperty({ type: 'integer', description: 'Grants that ended' })
  grants!: number;

  @ApiProperty({ type: 'integer', description: 'Sessions that ended' })
  sessions!: number;
}
