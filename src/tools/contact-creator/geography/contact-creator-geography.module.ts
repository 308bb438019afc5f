import { Module } from '@nestjs/common';
import { GeographyModule } from '../../../geography/geography.module.js';
import { PollingDistrictController } from './polling-district.controller.js';
import { PollingDistrictRepository } from './polling-district.repository.js';
import { PollingDistrictService } from './polling-district.service.js';
import { PollingStationController } from './polling-station.controller.js';
import { PollingStationRepository } from './polling-station.repository.js';
import { PollingStationService } from './polling-station.service.js';
import { RoadGroupController } from './road-group.controller.js';
import { RoadGroupRepository } from './road-group.repository.js';
import { RoadGroupService } from './road-group.service.js';
import { StreetController } from './street.controller.js';
import { StreetRepository } from './street.repository.js';
import { StreetService } from './street.service.js';
import { WalkReadModel } from './walk.read-model.js';
import { WalkService } from './walk.service.js';

/** The geography of a constituency as the tool works it: districts, road groups, streets and where people vote. */
@Module({
  imports: [GeographyModule],
  controllers: [PollingDistrictController, PollingStationController, RoadGroupController, StreetController],
  providers: [
    PollingDistrictRepository,
    PollingDistrictService,
    PollingStationRepository,
    PollingStationService,
    RoadGroupRepository,
    RoadGroupService,
    StreetRepository,
    StreetService,
    WalkReadModel,
    WalkService,
  ],
  exports: [WalkReadModel],
})
export class ContactCreatorGeographyModule {}
