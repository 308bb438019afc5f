import { ApiProperty } from '@nestjs/swagger';
import { DATA_CLASSES, TOOLS, type DataClass, type Tool } from '../config/vocabulary.js';

/** A purpose as the register holds it. */
export class Purpose {
  @ApiProperty({ type: String, description: 'What `Data-Purpose` names', example: 'voter-contact' })
  code!: string;

  @ApiProperty({ type: String })
  title!: string;

  @ApiProperty({ type: String })
  lawfulBasis!: string;

  @ApiProperty({ type: String, nullable: true, description: 'For special category data (UK GDPR, Art. 9)' })
  article9Condition!: string | null;

  @ApiProperty({ enum: TOOLS, isArray: true })
  tools!: Tool[];

  @ApiProperty({ enum: DATA_CLASSES, isArray: true })
  dataClasses!: DataClass[];

  @ApiProperty({ type: String, description: 'How long what was collected for it is kept' })
  retention!: string;

  @ApiProperty({ type: String })
  author!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'From then on nothing is read for it',
  })
  endedAt!: string | null;
}
