import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsString } from 'class-validator';
import { ACTIONS, type Action } from '../config/vocabulary.js';
import { HasLength } from '../http/has-length.js';

export class CreateApiClient {
  @ApiProperty({ type: String, minLength: 1, maxLength: 200, description: 'What people call it' })
  @IsString()
  @HasLength(1, 200)
  name!: string;

  @ApiProperty({
    enum: ACTIONS,
    isArray: true,
    minItems: 1,
    uniqueItems: true,
    description: 'The actions it is limited to, whatever its grants allow',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(ACTIONS.length)
  @ArrayUnique()
  @IsIn(ACTIONS, { each: true })
  scopes!: Action[];
}

export class ApiClient {
  @ApiProperty({
    type: String,
    format: 'uuid',
    description: 'The `clientId` of its sign-in; grants are given to it as to a user',
  })
  id!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ enum: ACTIONS, isArray: true })
  scopes!: Action[];

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;
}

export class ApiClientWithSecret extends ApiClient {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Shown once; null when a retry re-reads what was made',
  })
  clientSecret!: string | null;
}
