import { Module } from '@nestjs/common';
import { AccessModule } from '../../../access/access.module.js';
import { DepositsModule } from '../deposits/deposits.module.js';
import { ListCutRepository } from './list-cut.repository.js';
import { ListWalkService } from './list-walk.service.js';
import { ListController } from './list.controller.js';
import { ListRepository } from './list.repository.js';
import { ListService } from './list.service.js';
import { WalkDepartures } from './walk-departures.service.js';
import { WalkDoorService } from './walk-door.service.js';
import { WalkOpinionController } from './walk-opinion.controller.js';
import { WalkOpinionRepository } from './walk-opinion.repository.js';
import { WalkOpinionService } from './walk-opinion.service.js';
import { WalkWorkController } from './walk-work.controller.js';
import { WalkWorkRepository } from './walk-work.repository.js';
import { WalkWorkService } from './walk-work.service.js';
import { WalkController } from './walk.controller.js';
import { WalkRepository } from './walk.repository.js';

/** Lists: a frozen selection cut into walks, given out by the hour and walked by one team at a time. */
@Module({
  imports: [AccessModule, DepositsModule],
  controllers: [ListController, WalkController, WalkOpinionController, WalkWorkController],
  providers: [
    ListCutRepository,
    ListRepository,
    ListService,
    ListWalkService,
    WalkDepartures,
    WalkDoorService,
    WalkOpinionRepository,
    WalkOpinionService,
    WalkRepository,
    WalkWorkRepository,
    WalkWorkService,
  ],
})
export class ListsModule {}
