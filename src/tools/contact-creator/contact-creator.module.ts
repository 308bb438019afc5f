import { Module } from '@nestjs/common';
import { ElectorController } from './register/elector.controller.js';
import { ElectorReadModel } from './register/elector.read-model.js';

/** The first of the two tools: who lives in a constituency, and what they told us. */
@Module({ controllers: [ElectorController], providers: [ElectorReadModel] })
export class ContactCreatorModule {}
