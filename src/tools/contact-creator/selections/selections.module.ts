import { Module } from '@nestjs/common';
import { SelectionAnswerController } from './selection-answer.controller.js';
import { SelectionAnswer } from './selection-answer.repository.js';
import { SelectionAnswerService } from './selection-answer.service.js';
import { SelectionController } from './selection.controller.js';
import { SelectionRepository } from './selection.repository.js';
import { SelectionService } from './selection.service.js';

/** Whom to talk to: definitions, and whom they find. */
@Module({
  controllers: [SelectionController, SelectionAnswerController],
  providers: [SelectionAnswer, SelectionAnswerService, SelectionRepository, SelectionService],
  exports: [SelectionAnswer],
})
export class SelectionsModule {}
