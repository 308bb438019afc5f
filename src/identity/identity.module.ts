import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { AccessTokenService } from './access-token.service.js';
import { BearerStrategy } from './bearer.strategy.js';

@Module({
  imports: [PassportModule],
  providers: [AccessTokenService, BearerStrategy],
  exports: [AccessTokenService],
})
export class IdentityModule {}
