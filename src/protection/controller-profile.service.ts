import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { etagOf, requireIfMatch } from '../http/etag.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import type { ControllerProfile, PutControllerProfile } from './controller-profile.dto.js';
import { ControllerProfileRepository, type VersionedProfile } from './controller-profile.repository.js';

export interface TaggedProfile {
  profile: ControllerProfile;
  etag: string;
}

/**
 * In charge of who the controller is. Recording opinions rests on it: only a registered party may, and only under an
 * appropriate policy document that is in force (DPA 2018 Sch. 1 paras. 22 and 38 to 41). Every version is kept.
 */
@Injectable()
export class ControllerProfileService {
  constructor(
    private readonly fence: Fence,
    private readonly profiles: ControllerProfileRepository,
  ) {}

  /** The version in force; nothing but nulls, tagged `"0"`, before the first. */
  inForce(access: Access): Promise<TaggedProfile> {
    return this.fence.consult(access, { action: 'controller-profile.read' }, async (tx) =>
      tagged(await this.profiles.inForce(tx)),
    );
  }

  /** Errors: `precondition-failed`; `validation-failed` where the review does not follow the adoption. */
  put(access: Access, ifMatch: string | undefined, profile: PutControllerProfile): Promise<TaggedProfile> {
    if (profile.policy && profile.policy.reviewOn <= profile.policy.adoptedOn) {
      const detail = 'must lie after `adoptedOn`';
      throw new Problem('validation-failed', { errors: [{ pointer: '/policy/reviewOn', detail }] });
    }
    return this.fence.change(access, { action: 'controller-profile.change' }, async (tx) => {
      const { version } = await this.profiles.inForce(tx);
      requireIfMatch(ifMatch, version);
      if (!(await this.profiles.add(tx, version, profile))) throw new Problem('precondition-failed');
      const changed = await this.profiles.inForce(tx);
      const target = { kind: 'controller-profile', id: String(changed.version) };
      return { value: tagged(changed), target, detail: { areOpinionsAllowed: changed.areOpinionsAllowed } };
    });
  }
}

function tagged({ version, ...profile }: VersionedProfile): TaggedProfile {
  return { profile, etag: etagOf(version) };
}
