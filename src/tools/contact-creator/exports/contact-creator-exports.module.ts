import { Module } from '@nestjs/common';
import { AccessModule } from '../../../access/access.module.js';
import { ExportsModule } from '../../../exports/exports.module.js';
import { ExportBlockReadModel } from './export-block.read-model.js';
import { ExportFileService } from './export-file.service.js';
import { ExportSweep } from './export-sweep.service.js';
import { ExportController } from './export.controller.js';
import { ExportRepository } from './export.repository.js';
import { ExportService } from './export.service.js';

/** Electors as files: asked for with a purpose and a reason, fetched by the requester, recorded either way. */
@Module({
  imports: [AccessModule, ExportsModule],
  controllers: [ExportController],
  providers: [ExportBlockReadModel, ExportFileService, ExportRepository, ExportService, ExportSweep],
})
export class ContactCreatorExportsModule {}
