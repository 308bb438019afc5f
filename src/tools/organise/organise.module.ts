import { Module } from '@nestjs/common';
import { EventsModule } from './events/events.module.js';
import { MembersModule } from './members/members.module.js';

/** The second of the two tools: members, events, mailings. */
@Module({ imports: [MembersModule, EventsModule] })
export class OrganiseModule {}
