import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Matches, ValidateIf } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { IsDay } from '../../../http/is-moment.js';
import { ConstituencyPageQuery, ConstituencyQuery, ID, isId, isSent } from '../area.dto.js';
import {
  MEMBER_KINDS,
  MEMBER_STATUSES,
  type MemberKind,
  type MemberStatus,
} from './member-standing.rules.js';

const isWritten = { message: 'must hold more than spaces' };
const isPrintable = { message: 'must hold visible characters, with spaces only between them' };
const name = { type: String, minLength: 1, maxLength: 100 } as const;
const optionalName = { ...name, nullable: true } as const;

export class MemberPath {
  @Matches(ID, isId)
  id!: string;
}

export class MemberQuery extends ConstituencyPageQuery {
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

  @ApiPropertyOptional({ enum: MEMBER_STATUSES })
  @IsOptional()
  @IsIn(MEMBER_STATUSES)
  status?: MemberStatus;

  @ApiPropertyOptional({ enum: MEMBER_KINDS })
  @IsOptional()
  @IsIn(MEMBER_KINDS)
  kind?: MemberKind;

  @ApiPropertyOptional({ type: String, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  branchId?: string;
}

export class Member {
  @ApiProperty({ type: String, description: "Rosette's own id" })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String })
  membershipNumber!: string;

  @ApiProperty({ enum: MEMBER_KINDS })
  kind!: MemberKind;

  @ApiProperty({ enum: MEMBER_STATUSES })
  status!: MemberStatus;

  @ApiProperty({ type: String, nullable: true })
  title!: string | null;

  @ApiProperty({ type: String })
  forename!: string;

  @ApiProperty({ type: String, nullable: true })
  middleNames!: string | null;

  @ApiProperty({ type: String })
  surname!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  joinedOn!: string | null;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'The first day of no membership',
  })
  leftOn!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  branchId!: string | null;

  @ApiProperty({
    type: Boolean,
    description: 'Whether an address for e-mail is held; which, is asked elsewhere',
  })
  hasEmail!: boolean;

  @ApiProperty({ type: Boolean })
  hasMobile!: boolean;
}

export class MemberStatusChange {
  @ApiProperty({ enum: MEMBER_STATUSES, nullable: true, description: 'Null: how the membership began' })
  from!: MemberStatus | null;

  @ApiProperty({ enum: MEMBER_STATUSES })
  to!: MemberStatus;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  changedAt!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user who changed it' })
  changedBy!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The import that changed it' })
  importId!: string | null;
}

export class MemberDetail extends Member {
  @ApiProperty({ type: [MemberStatusChange], description: 'The last hundred changes, newest first' })
  statusHistory!: MemberStatusChange[];
}

/** What a change answers: who was changed. To read them again is a disclosure of its own. */
export class MemberReference {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;
}

export class AddMember extends ConstituencyQuery {
  @ApiProperty({ type: String, minLength: 1, maxLength: 40, description: 'Unique in the constituency' })
  @IsString()
  @HasLength(1, 40)
  @Matches(/^[\p{L}\p{N}\p{P}\p{S}]+( [\p{L}\p{N}\p{P}\p{S}]+)*$/u, isPrintable)
  membershipNumber!: string;

  @ApiPropertyOptional({ enum: MEMBER_KINDS, default: 'member' })
  @ValidateIf(isSent)
  @IsIn(MEMBER_KINDS)
  kind?: MemberKind;

  @ApiPropertyOptional({ ...optionalName, maxLength: 40 })
  @IsOptional()
  @IsString()
  @HasLength(1, 40)
  title?: string | null;

  @ApiProperty({ type: String, maxLength: 100, description: 'Empty for who has one name' })
  @IsString()
  @HasLength(0, 100)
  forename!: string;

  @ApiPropertyOptional(optionalName)
  @IsOptional()
  @IsString()
  @HasLength(1, 100)
  middleNames?: string | null;

  @ApiProperty(name)
  @IsString()
  @HasLength(1, 100)
  @Matches(/\S/, isWritten)
  surname!: string;

  @ApiPropertyOptional({ type: String, format: 'date', nullable: true })
  @IsOptional()
  @IsDay()
  joinedOn?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true })
  @IsOptional()
  @IsUUID()
  branchId?: string | null;
}

/** What is absent stays. */
export class ChangeMember {
  @ApiPropertyOptional({ enum: MEMBER_KINDS })
  @ValidateIf(isSent)
  @IsIn(MEMBER_KINDS)
  kind?: MemberKind;

  @ApiPropertyOptional({ ...optionalName, maxLength: 40 })
  @IsOptional()
  @IsString()
  @HasLength(1, 40)
  title?: string | null;

  @ApiPropertyOptional({ type: String, maxLength: 100 })
  @ValidateIf(isSent)
  @IsString()
  @HasLength(0, 100)
  forename?: string;

  @ApiPropertyOptional(optionalName)
  @IsOptional()
  @IsString()
  @HasLength(1, 100)
  middleNames?: string | null;

  @ApiPropertyOptional(name)
  @ValidateIf(isSent)
  @IsString()
  @HasLength(1, 100)
  @Matches(/\S/, isWritten)
  surname?: string;

  @ApiPropertyOptional({ type: String, format: 'date', nullable: true })
  @IsOptional()
  @IsDay()
  joinedOn?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'An open branch' })
  @IsOptional()
  @IsUUID()
  branchId?: string | null;

  @ApiPropertyOptional({ enum: MEMBER_STATUSES, description: 'Another status, with a `reason`' })
  @ValidateIf(isSent)
  @IsIn(MEMBER_STATUSES)
  status?: MemberStatus;

  @ApiPropertyOptional({ type: String, minLength: 1, maxLength: 1000, description: 'Why the status changes' })
  @ValidateIf(isSent)
  @IsString()
  @HasLength(1, 1000)
  @Matches(/\S/, isWritten)
  reason?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    description: 'The first day of no membership, with a status that ends it; default: today',
  })
  @ValidateIf(isSent)
  @IsDay()
  leftOn?: string;
}
