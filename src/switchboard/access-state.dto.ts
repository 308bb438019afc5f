import { ApiProperty } from '@nestjs/swagger';
import { SCOPE_KINDS, TOOLS, type ScopeKind, type Tool } from '../config/vocabulary.js';

export class SuspendedScope {
  @ApiProperty({ type: String, format: 'uuid' })
  suspensionId!: string;

  @ApiProperty({ enum: SCOPE_KINDS })
  kind!: ScopeKind;

  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What whoever ordered it wants you to know' })
  notice!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'How you can object' })
  appealNote!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  inForceAt!: string;
}

export class MyTool {
  @ApiProperty({ enum: TOOLS })
  name!: Tool;

  @ApiProperty({
    type: Boolean,
    description: 'False: all of it is closed to you now. A suspended area closes only itself',
  })
  isOpen!: boolean;
}

export class AccessState {
  @ApiProperty({ type: [MyTool], description: 'The tools that your grants work in' })
  tools!: MyTool[];

  @ApiProperty({ type: [SuspendedScope], description: 'What is suspended for you now; empty: nothing' })
  suspended!: SuspendedScope[];
}
