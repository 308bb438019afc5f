import { Module } from '@nestjs/common';
import { GeographyModule } from '../../../geography/geography.module.js';
import { BranchController } from '../branches/branch.controller.js';
import { BranchRepository } from '../branches/branch.repository.js';
import { BranchService } from '../branches/branch.service.js';
import { RoleHolderController } from '../role-holders/role-holder.controller.js';
import { RoleHolderReadModel } from '../role-holders/role-holder.read-model.js';
import { RoleHolderRepository } from '../role-holders/role-holder.repository.js';
import { RoleHolderService } from '../role-holders/role-holder.service.js';
import { MemberContactDetailController } from './member-contact-detail.controller.js';
import { MemberContactDetailRepository } from './member-contact-detail.repository.js';
import { MemberContactDetailService } from './member-contact-detail.service.js';
import { MemberController } from './member.controller.js';
import { MemberReadModel } from './member.read-model.js';
import { MemberRepository } from './member.repository.js';
import { MemberService } from './member.service.js';

/** Who is a member, in which branch, holding which office, reached how. */
@Module({
  imports: [GeographyModule],
  controllers: [MemberController, MemberContactDetailController, BranchController, RoleHolderController],
  providers: [
    BranchRepository,
    BranchService,
    MemberContactDetailRepository,
    MemberContactDetailService,
    MemberReadModel,
    MemberRepository,
    MemberService,
    RoleHolderReadModel,
    RoleHolderRepository,
    RoleHolderService,
  ],
  exports: [MemberReadModel],
})
export class MembersModule {}
