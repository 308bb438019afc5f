import { Module } from '@nestjs/common';
import { VotingIntentionCodeController } from './voting-intention-code.controller.js';
import { VotingIntentionCodeRepository } from './voting-intention-code.repository.js';
import { VotingIntentionCodeService } from './voting-intention-code.service.js';

/** The codes by which voting intention is recorded: data of the organisation, not words of the code. */
@Module({
  controllers: [VotingIntentionCodeController],
  providers: [VotingIntentionCodeRepository, VotingIntentionCodeService],
})
export class VotingIntentionModule {}
