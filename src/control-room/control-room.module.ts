import { Module } from '@nestjs/common';
import { ActivityController } from './activity.controller.js';
import { ActivityReadModel } from './activity.read-model.js';
import { ActivityService } from './activity.service.js';
import { PageController } from './page.controller.js';
import { PageService } from './page.service.js';

/** The page from which a tool is shut down, and what it shows of what goes on now. */
@Module({
  controllers: [ActivityController, PageController],
  providers: [ActivityReadModel, ActivityService, PageService],
})
export class ControlRoomModule {}
