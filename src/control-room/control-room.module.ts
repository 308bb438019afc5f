import { Module } from '@nestjs/common';
import { ActivityController } from './activity.controller.js';
import { ActivityReadModel } from './activity.read-model.js';
import { ActivityService } from './activity.service.js';

/** The page from which a tool is shut down, and what it shows of what goes on now. */
@Module({
  controllers: [ActivityController],
  providers: [ActivityReadModel, ActivityService],
})
export class ControlRoomModule {}
