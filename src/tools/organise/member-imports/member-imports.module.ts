import { Module } from '@nestjs/common';
import { MemberImportRowController } from './member-import-row.controller.js';
import { MemberImportSweep } from './member-import-sweep.service.js';
import { MemberImportWork } from './member-import-work.service.js';
import { MemberImportController } from './member-import.controller.js';
import { MemberImportReadModel } from './member-import.read-model.js';
import { MemberImportRepository } from './member-import.repository.js';
import { MemberImports } from './member-import.service.js';
import { MemberUploadRepository } from './member-upload.repository.js';

/** Membership lists of the party, read into the members. */
@Module({
  controllers: [MemberImportController, MemberImportRowController],
  providers: [
    MemberImportReadModel,
    MemberImportRepository,
    MemberImportSweep,
    MemberImports,
    MemberImportWork,
    MemberUploadRepository,
  ],
})
export class MemberImportsModule {}
