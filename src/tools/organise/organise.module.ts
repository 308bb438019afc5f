import { Module } from '@nestjs/common';
import { EventsModule } from './events/events.module.js';
import { MailingsModule } from './mailings/mailings.module.js';
import { MemberImportsModule } from './member-imports/member-imports.module.js';
import { MembersModule } from './members/members.module.js';

/** The second of the two tools: members, events, mailings. */
@Module({ imports: [MembersModule, MemberImportsModule, EventsModule, MailingsModule] })
export class OrganiseModule {}
