import { Module } from '@nestjs/common';
import { GeographyModule } from '../../geography/geography.module.js';
import { ContactsModule } from './contacts/contacts.module.js';
import { ContactCreatorExportsModule } from './exports/contact-creator-exports.module.js';
import { ContactCreatorGeographyModule } from './geography/contact-creator-geography.module.js';
import { ListsModule } from './lists/lists.module.js';
import { AbsentVoterController } from './register/absent-voter.controller.js';
import { AbsentVoterRepository } from './register/absent-voter.repository.js';
import { AbsentVoterService } from './register/absent-voter.service.js';
import { ElectorController } from './register/elector.controller.js';
import { ElectorReadModel } from './register/elector.read-model.js';
import { ElectorService } from './register/elector.service.js';
import { readRegister } from './register/register-file-reader.js';
import { REGISTER_READER } from './register/register-file.js';
import { RegisterImportRowController } from './register/register-import-row.controller.js';
import { RegisterImportWork } from './register/register-import-work.service.js';
import { RegisterImportController } from './register/register-import.controller.js';
import { RegisterImportReadModel } from './register/register-import.read-model.js';
import { RegisterImportRepository } from './register/register-import.repository.js';
import { RegisterUploadRepository } from './register/register-upload.repository.js';
import { RegisterImports } from './register/register-import.service.js';
import { RegisterSweep } from './register/register-sweep.service.js';
import { SelectionsModule } from './selections/selections.module.js';
import { VotingIntentionModule } from './voting-intention/voting-intention.module.js';

/** The first of the two tools: who lives in a constituency, and what they told us. */
@Module({
  imports: [
    GeographyModule,
    ContactCreatorGeographyModule,
    SelectionsModule,
    ListsModule,
    ContactsModule,
    ContactCreatorExportsModule,
    VotingIntentionModule,
  ],
  controllers: [
    AbsentVoterController,
    ElectorController,
    RegisterImportController,
    RegisterImportRowController,
  ],
  providers: [
    AbsentVoterRepository,
    AbsentVoterService,
    ElectorService,
    ElectorReadModel,
    RegisterImportReadModel,
    RegisterImportRepository,
    RegisterUploadRepository,
    RegisterImports,
    RegisterImportWork,
    RegisterSweep,
    { provide: REGISTER_READER, useValue: readRegister },
  ],
})
export class ContactCreatorModule {}
