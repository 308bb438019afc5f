import { ApiProperty } from '@nestjs/swagger';

export class PublicTokenKey {
  @ApiProperty({ enum: ['OKP'] })
  kty!: 'OKP';

  @ApiProperty({ enum: ['Ed25519'] })
  crv!: 'Ed25519';

  @ApiProperty({ type: String })
  x!: string;

  @ApiProperty({ type: String })
  kid!: string;

  @ApiProperty({ enum: ['EdDSA'] })
  alg!: 'EdDSA';

  @ApiProperty({ enum: ['sig'] })
  use!: 'sig';
}

export class PublicTokenKeys {
  @ApiProperty({ type: [PublicTokenKey] })
  keys!: PublicTokenKey[];
}
