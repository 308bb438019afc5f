import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { PROBLEM_MAPPERS, type ProblemMapper } from '../http/problem-mapping.js';
import { accessProblem } from './access-problems.js';
import { DepartureController } from './departure.controller.js';
import { DEPARTURE_HOOKS, type DepartureHook } from './departure-hooks.js';
import { DepartureRepository } from './departure.repository.js';
import { DepartureService } from './departure.service.js';
import { GrantController } from './grant.controller.js';
import { GrantGiftService } from './grant-gift.service.js';
import { GrantRepository } from './grant.repository.js';
import { GrantService } from './grant.service.js';
import { OfficeController } from './office.controller.js';
import { OfficeRepository } from './office.repository.js';
import { OfficeService } from './office.service.js';
import { PrincipalReadModel } from './principal.read-model.js';
import { Standing } from './standing.service.js';
import { UserController } from './user.controller.js';
import { UserReadModel } from './user.read-model.js';
import { UserService } from './user.service.js';

/** Who may do what, where and until when; a room above that must act on a departure takes DEPARTURE_HOOKS from here. */
@Module({
  controllers: [UserController, GrantController, OfficeController, DepartureController],
  providers: [
    { provide: DEPARTURE_HOOKS, useFactory: (): DepartureHook[] => [] },
    DepartureRepository,
    DepartureService,
    GrantGiftService,
    GrantRepository,
    GrantService,
    OfficeRepository,
    OfficeService,
    PrincipalReadModel,
    Standing,
    UserReadModel,
    UserService,
  ],
  exports: [DEPARTURE_HOOKS, PrincipalReadModel, UserReadModel],
})
export class AccessModule implements OnModuleInit {
  constructor(@Inject(PROBLEM_MAPPERS) private readonly mappers: ProblemMapper[]) {}

  onModuleInit(): void {
    this.mappers.push(accessProblem);
  }
}
