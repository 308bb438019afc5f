import { Injectable } from '@nestjs/common';
import type { Access } from '../../access/access.js';
import { Fence } from '../../kill-switch/fence.service.js';
import type { CanaryElectors } from './canary.dto.js';

const people = ['Example', 'Sample', 'Specimen', 'Placeholder', 'Fiction'].map((surname, n) => ({
  forename: 'Canary',
  surname,
  address: `${n + 1} Invented Row, Nowhere`,
}));

/** In charge of the people of the canary: written here, and shown to nobody who has not come through the fence. */
@Injectable()
export class CanaryService {
  constructor(private readonly fence: Fence) {}

  electors(access: Access): Promise<CanaryElectors> {
    return this.fence.consult(access, { action: 'canary.read' }, async () => ({ items: people }));
  }
}
