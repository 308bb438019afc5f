import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

export class AcceptUndertaking {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The version that was read' })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  version!: number;
}

export class Undertaking {
  @ApiProperty({ type: 'integer', description: 'The version in force' })
  version!: number;

  @ApiProperty({ type: String, description: 'What is undertaken' })
  text!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null: personal data stays closed to you until you accept',
  })
  acceptedAt!: string | null;
}
