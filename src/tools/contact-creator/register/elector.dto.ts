import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { PageQuery } from '../../../http/keyset.js';

const gss = {
  type: String,
  pattern: '^[ENSW][0-9]{8}$',
  description: 'GSS code of the constituency',
  example: 'E14001160',
} as const;
const ID = /^[1-9][0-9]{0,17}$/;
const isId = { message: 'must be an id: digits alone' };

export class ElectorPath {
  @Matches(ID, isId)
  id!: string;
}

export class ElectorArea {
  @ApiProperty(gss)
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;
}

export class ElectorQuery extends PageQuery {
  @ApiProperty(gss)
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;

  @ApiPropertyOptional({
    type: String,
    minLength: 2,
    maxLength: 100,
    description: 'How the name begins, surname first; case, accents and punctuation do not matter',
    example: 'example ad',
  })
  @IsOptional()
  @IsString()
  @HasLength(2, 100)
  name?: string;

  @ApiPropertyOptional({ type: String, minLength: 2, maxLength: 100, description: 'How the street begins' })
  @IsOptional()
  @IsString()
  @HasLength(2, 100)
  street?: string;

  @ApiPropertyOptional({ type: String, maxLength: 10, description: 'A whole postcode', example: 'SW15 1AA' })
  @IsOptional()
  @IsString()
  @HasLength(5, 10)
  postcode?: string;

  @ApiPropertyOptional({ type: String, pattern: '^[1-9][0-9]{0,17}$' })
  @IsOptional()
  @Matches(ID, isId)
  pollingDistrictId?: string;

  @ApiPropertyOptional({ type: String, pattern: '^[1-9][0-9]{0,17}$' })
  @IsOptional()
  @Matches(ID, isId)
  doorId?: string;

  @ApiPropertyOptional({ type: String, maxLength: 40, description: 'As printed now', example: 'KA-124/1' })
  @IsOptional()
  @IsString()
  @HasLength(3, 40)
  number?: string;
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

  @ApiProperty({
    enum: ['ordinary', 'other', 'anonymous'],
    description: 'Other and anonymous entries have no address; an anonymous one is a number alone',
  })
  entryKind!: 'ordinary' | 'other' | 'anonymous';

  @ApiProperty({ type: String, nullable: true })
  title!: string | null;

  @ApiProperty({ type: String })
  forename!: string;

  @ApiProperty({ type: String, nullable: true })
  middleNames!: string | null;

  @ApiProperty({ type: String })
  surname!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Jr' })
  nameSuffix!: string | null;

  @ApiProperty({
    type: Boolean,
    description: 'The register ran the names together, and they were parted by guess',
  })
  nameIsUncertain!: boolean;

  @ApiProperty({ type: String })
  pollingDistrictId!: string;

  @ApiProperty({ type: String, nullable: true })
  doorId!: string | null;

  @ApiProperty({ type: [String], nullable: true })
  addressLines!: string[] | null;

  @ApiProperty({ type: String, nullable: true })
  postcode!: string | null;
}

export class ElectorDistrict {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  code!: string;

  @ApiProperty({ type: String, nullable: true })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true })
  wardId!: string | null;
}

export class ElectoralStatus {
  @ApiProperty({ type: String, description: 'The franchise letter; empty for all elections', example: 'G' })
  franchise!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'When an attainer comes of age' })
  attainsOn!: string | null;

  @ApiProperty({ type: Boolean, description: 'Opted out of the open register' })
  isOptedOut!: boolean;

  @ApiProperty({ type: [String], description: 'The kinds of election at which the elector could vote today' })
  mayVoteAt!: string[];
}

export class ElectorDetail extends Elector {
  @ApiProperty({ type: Boolean, description: 'False once the register has dropped the entry' })
  isCurrent!: boolean;

  @ApiProperty({ type: String, nullable: true })
  street!: string | null;

  @ApiProperty({ type: ElectorDistrict })
  pollingDistrict!: ElectorDistrict;

  @ApiProperty({ type: ElectoralStatus })
  electoralStatus!: ElectoralStatus;
}
