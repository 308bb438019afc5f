import { Module } from '@nestjs/common';
import { EventsModule } from './events/events.module.js';
import { MemberController } from './members/member.controller.js';
import { MemberReadModel } from './members/member.read-model.js';

/** The second of the two tools: members, events, mailings. */
@Module({ imports: [EventsModule], controllers: [MemberController], providers: [MemberReadModel] })
export class OrganiseModule {}
