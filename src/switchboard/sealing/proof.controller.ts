import { Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../access/access.js';
import { IntegerPipe } from '../../http/integer.pipe.js';
import { PageQuery, pageOf, type Page } from '../../http/keyset.js';
import { control, Route } from '../../http/route.js';
import { UuidPipe } from '../../http/uuid.pipe.js';
import {
  checkpoint,
  consistency,
  proofOfAction,
  proofOfCertificate,
  proofOfDisclosure,
} from './proof-examples.js';
import { CertificateProof, ConsistencyProof, EntryProof, LedgerCheckpoint, SinceQuery } from './proof.dto.js';
import { ProofService } from './proof.service.js';

@Controller()
export class ProofController {
  constructor(private readonly proofs: ProofService) {}

  @Route({
    method: 'GET',
    path: '/v1/suspensions/:id/certificate',
    reach: control,
    action: 'suspension.read',
    summary: 'The certificate of a suspension, with the proof that it stands in the record',
    description:
      'Once it is complete, for ever, whatever is suspended. Kept as a file it is a bundle that `npx rosette verify` checks without network or database.',
    tags: ['suspensions'],
    response: CertificateProof,
    problems: ['not-found'],
    example: { response: proofOfCertificate },
  })
  certificate(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<CertificateProof> {
    return this.proofs.certificate(access, id);
  }

  @Route({
    method: 'GET',
    path: '/v1/checkpoints',
    reach: control,
    action: 'action.read',
    summary: 'Signed checkpoints of the record, newest first',
    query: PageQuery,
    response: pageOf(LedgerCheckpoint, 'LedgerCheckpointPage'),
    example: { response: { items: [checkpoint], next: null } },
  })
  checkpoints(@CurrentAccess() access: Access, @Query() query: PageQuery): Promise<Page<LedgerCheckpoint>> {
    return this.proofs.checkpoints(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/checkpoints/:size/proof',
    reach: control,
    action: 'action.read',
    summary: 'That a checkpoint goes on from an earlier one: nothing was taken out or changed between them',
    query: SinceQuery,
    response: ConsistencyProof,
    problems: ['not-found'],
    example: { response: consistency },
  })
  consistency(
    @CurrentAccess() access: Access,
    @Param('size', IntegerPipe) size: number,
    @Query() { since }: SinceQuery,
  ): Promise<ConsistencyProof> {
    return this.proofs.consistency(access, size, since);
  }

  @Route({
    method: 'GET',
    path: '/v1/disclosures/:id/proof',
    reach: control,
    action: 'disclosure.read',
    summary: 'A disclosure as it was sealed, with the proof that it stands in the record',
    description: 'Reading it is recorded among the actions.',
    response: EntryProof,
    problems: ['not-found'],
    example: { response: proofOfDisclosure },
  })
  disclosure(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<EntryProof> {
    return this.proofs.entry(access, 'disclosure', id);
  }

  @Route({
    method: 'GET',
    path: '/v1/actions/:id/proof',
    reach: control,
    action: 'action.read',
    summary: 'An action as it was sealed, with the proof that it stands in the record',
    description: 'Reading it is recorded too.',
    response: EntryProof,
    problems: ['not-found'],
    example: { response: proofOfAction },
  })
  action(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<EntryProof> {
    return this.proofs.entry(access, 'action', id);
  }
}
