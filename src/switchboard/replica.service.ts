import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { Fence } from '../kill-switch/fence.service.js';
import type { Replica, Replicas } from './replica.dto.js';
import { ReplicaReadModel } from './replica.read-model.js';

/** In charge of showing which replicas run, and how far each is with what was stopped last. */
@Injectable()
export class ReplicaService {
  constructor(
    private readonly fence: Fence,
    private readonly replicas: ReplicaReadModel,
  ) {}

  async list(access: Access): Promise<Replicas> {
    const known = await this.fence.consult(access, { action: 'suspension.read' }, (tx) =>
      this.replicas.known(tx),
    );
    // Whoever answers this is one of them.
    return { epoch: known[0]?.epoch ?? 0, items: known.map(withoutEpoch) };
  }
}

function withoutEpoch(row: Replica & { epoch: number }): Replica {
  const { epoch: _, ...replica } = row;
  return replica;
}
