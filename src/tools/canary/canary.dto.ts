import { ApiProperty } from '@nestjs/swagger';

export class CanaryElector {
  @ApiProperty({ type: String })
  forename!: string;

  @ApiProperty({ type: String })
  surname!: string;

  @ApiProperty({ type: String, description: 'In a street that does not exist' })
  address!: string;
}

export class CanaryElectors {
  @ApiProperty({ type: [CanaryElector], description: 'Nobody of these lives' })
  items!: CanaryElector[];
}
