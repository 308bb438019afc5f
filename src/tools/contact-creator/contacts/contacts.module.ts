import { Module } from '@nestjs/common';
import { ContactController } from './contact.controller.js';
import { ContactReadModel } from './contact.read-model.js';
import { ContactRepository } from './contact.repository.js';
import { ContactService } from './contact.service.js';

/** Contacts: what came of every attempt, recorded once however often it is handed in. */
@Module({
  controllers: [ContactController],
  providers: [ContactReadModel, ContactRepository, ContactService],
})
export class ContactsModule {}
