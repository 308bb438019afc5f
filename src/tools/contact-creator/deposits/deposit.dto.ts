import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, IsUUID } from 'class-validator';
import { ContactInput } from '../contacts/contact.dto.js';
import { LARGEST_BATCH } from '../contacts/contact-vocabulary.js';

const uuid = { type: String, format: 'uuid' } as const;

export class HandIn {
  @ApiProperty({ ...uuid, description: 'Made by the device; the same deposit may be sent again under it' })
  @IsUUID()
  id!: string;

  @ApiProperty({
    type: [ContactInput],
    minItems: 1,
    maxItems: LARGEST_BATCH,
    description:
      'As in `POST /v1/contacts`, each with the `walkId` of the walk. They are judged when they are let in, not now',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(LARGEST_BATCH)
  @IsObject({ each: true, message: 'must be an object' })
  contacts!: object[];
}

export class HandedInReceipt {
  @ApiProperty(uuid)
  id!: string;

  @ApiProperty({ type: 'integer', description: 'How many contacts it held' })
  received!: number;
}
