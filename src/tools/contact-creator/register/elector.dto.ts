import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { PageQuery } from '../../../http/keyset.js';

export class ElectorQuery extends PageQuery {
  @ApiProperty({
    type: String,
    pattern: '^[ENSW][0-9]{8}$',
    description: 'GSS code of the constituency',
    example: 'E14001160',
  })
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;
}

export class Elector {
  @ApiProperty({
    type: String,
    description: "Rosette's own id; it outlives every renumbering of the register",
  })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({
    type: String,
    description: 'As printed on the register: district, number, suffix',
    example: 'KA-124/1',
  })
  electorNumber!: string;

  @ApiProperty({ type: String })
  forename!: string;

  @ApiProperty({ type: String })
  surname!: string;
}
