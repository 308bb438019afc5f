import { Module } from '@nestjs/common';
import { PurposeController } from './purpose.controller.js';
import { PurposeReadModel } from './purpose.read-model.js';
import { PurposeService } from './purpose.service.js';
import { UndertakingController } from './undertaking.controller.js';
import { UndertakingRepository } from './undertaking.repository.js';
import { UndertakingService } from './undertaking.service.js';

/** Why personal data may be used, and what its users have undertaken. */
@Module({
  controllers: [PurposeController, UndertakingController],
  providers: [PurposeReadModel, PurposeService, UndertakingRepository, UndertakingService],
  exports: [PurposeReadModel],
})
export class ProtectionModule {}
