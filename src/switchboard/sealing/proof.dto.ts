import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { FlipCertificate } from './certificate.dto.js';

export class SinceQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'Size of an earlier checkpoint, which the later one is proved to go on from',
  })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(999_999_999_999_999)
  since!: number;
}

export class LedgerCheckpoint {
  @ApiProperty({ type: 'integer', description: 'How many entries of the record it covers' })
  size!: number;

  @ApiProperty({ type: String, description: 'Root of their Merkle tree (RFC 6962), in base64' })
  root!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When they were sealed' })
  sealedAt!: string;

  @ApiProperty({ type: String, description: 'The same, signed: a C2SP checkpoint, for any verifier of such' })
  note!: string;
}

const whatKeysAre =
  'Public keys that sign checkpoints, as verifiers of signed notes take them, newest first. Compare them with what you were given before';

export class EntryProof {
  @ApiProperty({ type: 'integer', description: 'Where it stands in the record; the first is 0' })
  position!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'In base64: the leaf is SHA-256 over a zero byte, this, and the event. Null: erased',
  })
  salt!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'The entry as it was sealed, in the form of RFC 8785. Null: erased',
  })
  event!: Record<string, unknown> | null;

  @ApiProperty({ type: [String], description: 'Hashes from the leaf to the root (RFC 6962), in base64' })
  inclusionProof!: string[];

  @ApiProperty({ type: String, description: 'The signed checkpoint that covers it' })
  checkpoint!: string;

  @ApiProperty({ type: [String], description: whatKeysAre })
  publicKeys!: string[];
}

export class CertificateProof extends EntryProof {
  @ApiProperty({ type: FlipCertificate, description: '`event.detail`, to be read' })
  certificate!: FlipCertificate;
}

export class ConsistencyProof {
  @ApiProperty({ type: String, description: 'The earlier checkpoint' })
  older!: string;

  @ApiProperty({ type: String, description: 'The later one' })
  newer!: string;

  @ApiProperty({
    type: [String],
    description: 'That the later goes on from the earlier (RFC 6962), in base64',
  })
  consistencyProof!: string[];

  @ApiProperty({ type: [String], description: whatKeysAre })
  publicKeys!: string[];
}
