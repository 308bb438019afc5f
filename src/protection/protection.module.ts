import { Module } from '@nestjs/common';
import { ControllerProfileController } from './controller-profile.controller.js';
import { ControllerProfileRepository } from './controller-profile.repository.js';
import { ControllerProfileService } from './controller-profile.service.js';
import { PurposeController } from './purpose.controller.js';
import { PurposeReadModel } from './purpose.read-model.js';
import { PurposeService } from './purpose.service.js';
import { SuppressionRepository } from './suppression.repository.js';
import { SuppressionService } from './suppression.service.js';
import { UndertakingController } from './undertaking.controller.js';
import { UndertakingRepository } from './undertaking.repository.js';
import { UndertakingService } from './undertaking.service.js';
import { UnsubscribeController } from './unsubscribe.controller.js';

/** Who uses personal data and why it may be used, and what its users have undertaken. */
@Module({
  controllers: [ControllerProfileController, PurposeController, UndertakingController, UnsubscribeController],
  providers: [
    ControllerProfileRepository,
    ControllerProfileService,
    PurposeReadModel,
    PurposeService,
    SuppressionRepository,
    SuppressionService,
    UndertakingRepository,
    UndertakingService,
  ],
  exports: [PurposeReadModel, SuppressionService],
})
export class ProtectionModule {}
