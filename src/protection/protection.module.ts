import { Module } from '@nestjs/common';
import { ControllerProfileController } from './controller-profile.controller.js';
import { ControllerProfileRepository } from './controller-profile.repository.js';
import { ControllerProfileService } from './controller-profile.service.js';
import { PurposeController } from './purpose.controller.js';
import { PurposeReadModel } from './purpose.read-model.js';
import { PurposeService } from './purpose.service.js';
import { UndertakingController } from './undertaking.controller.js';
import { UndertakingRepository } from './undertaking.repository.js';
import { UndertakingService } from './undertaking.service.js';

/** Who uses personal data and why it may be used, and what its users have undertaken. */
@Module({
  controllers: [ControllerProfileController, PurposeController, UndertakingController],
  providers: [
    ControllerProfileRepository,
    ControllerProfileService,
    PurposeReadModel,
    PurposeService,
    UndertakingRepository,
    UndertakingService,
  ],
  exports: [PurposeReadModel],
})
export class ProtectionModule {}
