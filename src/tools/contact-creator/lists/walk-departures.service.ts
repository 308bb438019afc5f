import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DEPARTURE_HOOKS, type DepartureHook } from '../../../access/departure-hooks.js';
import { WalkWorkRepository } from './walk-work.repository.js';

/** In charge of what a departure takes back: every walk assigned to the departed or held by them, in its transaction. */
@Injectable()
export class WalkDepartures implements OnModuleInit {
  constructor(
    @Inject(DEPARTURE_HOOKS) private readonly hooks: DepartureHook[],
    private readonly work: WalkWorkRepository,
  ) {}

  onModuleInit(): void {
    this.hooks.push(async (tx, { accountIds }) => {
      await this.work.releaseDeparted(tx, accountIds);
    });
  }
}
