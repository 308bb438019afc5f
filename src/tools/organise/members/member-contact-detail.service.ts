import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { addressOf } from '../../../config/mailbox.js';
import { Custody } from '../../../custody/custody.service.js';
import { requireIfMatch } from '../../../http/etag.js';
import { found, refuse, tagged, type Tagged } from '../../../http/versioned.js';
import { normalisePostcode } from '../../../intake/fold.rules.js';
import type { MemberContactDetails, SetMemberContactDetails } from './member-contact-detail.dto.js';
import { MemberContactDetailRepository } from './member-contact-detail.repository.js';
import type { MemberReference } from './member.dto.js';
import { MemberRepository } from './member.repository.js';

const classes = ['contact-details', 'membership'] as const;

/** In charge of how a member is reached. It shares the version of the member: who changed either is noticed by both. */
@Injectable()
export class MemberContactDetailService {
  constructor(
    private readonly custody: Custody,
    private readonly members: MemberRepository,
    private readonly details: MemberContactDetailRepository,
  ) {}

  /** Errors: `not-found`. */
  byMember(access: Access, constituencyId: string, id: string): Promise<Tagged<MemberContactDetails>> {
    const ask = { action: 'member.read', classes, constituencyIds: [constituencyId] } as const;
    return this.custody.disclose(access, ask, async (tx) => ({
      value: tagged(found(await this.details.byMember(tx, constituencyId, id))),
      subjectIds: [id],
    }));
  }

  /** In place of what is held. Errors: `not-found`, `precondition-failed`, `validation-failed`. */
  set(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    wanted: SetMemberContactDetails,
  ): Promise<Tagged<MemberReference>> {
    const { mobile = null, landline = null, addressLines = [] } = wanted;
    const email = wanted.email == null ? null : emailOf(wanted.email);
    const postcode = wanted.postcode == null ? null : postcodeOf(wanted.postcode);
    const purpose = 'membership-administration';
    const ask = { action: 'member.change', purpose, classes, constituencyIds: [constituencyId] } as const;
    return this.custody.change(access, ask, async (tx) => {
      const held = found(await this.members.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, held.version);
      const details = { memberId: id, email, mobile, landline, addressLines, postcode };
      await this.details.set(tx, constituencyId, details);
      const version = found(await this.members.versionOf(tx, constituencyId, id));
      const value = tagged({ id, constituencyId, version });
      return { value, target: { kind: 'member', id }, detail: { contactDetails: true } };
    });
  }
}

function emailOf(text: string): string {
  return addressOf(text.trim()) ?? refuse('/email', 'must be one plain address');
}

function postcodeOf(text: string): string {
  return normalisePostcode(text) ?? refuse('/postcode', 'must be a whole postcode');
}
