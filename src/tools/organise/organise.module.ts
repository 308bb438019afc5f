import { Module } from '@nestjs/common';
import { MemberController } from './members/member.controller.js';
import { MemberReadModel } from './members/member.read-model.js';

/** The second of the two tools: members, events, mailings. */
@Module({ controllers: [MemberController], providers: [MemberReadModel] })
export class OrganiseModule {}
