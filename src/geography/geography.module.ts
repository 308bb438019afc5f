import { Module } from '@nestjs/common';
import { ConstituencyReadModel } from './constituency.read-model.js';
import { GeographyController } from './geography.controller.js';
import { GeographyService } from './geography.service.js';
import { WardReadModel } from './ward.read-model.js';

/** Constituencies, wards and postcodes: reference data that every tool needs and that is nobody's in particular. */
@Module({
  controllers: [GeographyController],
  providers: [GeographyService, ConstituencyReadModel, WardReadModel],
  exports: [ConstituencyReadModel, WardReadModel],
})
export class GeographyModule {}
