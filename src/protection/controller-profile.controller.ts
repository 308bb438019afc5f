import { Body, Controller, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../access/access.js';
import { control, Route } from '../http/route.js';
import { ControllerProfile, PutControllerProfile } from './controller-profile.dto.js';
import { ControllerProfileService, type TaggedProfile } from './controller-profile.service.js';

const content = {
  party: 'Example Party',
  partyRegistration: 'PP9999',
  icoRegistration: 'ZA999999',
  policy: {
    reference: 'https://example.org/appropriate-policy-document',
    adoptedOn: '2026-01-05',
    reviewOn: '2027-01-05',
  },
};
const example = {
  ...content,
  areOpinionsAllowed: true,
  changedBy: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  changedAt: '2026-01-05T10:00:00.000Z',
};

@Controller()
export class ControllerProfileController {
  constructor(private readonly profiles: ControllerProfileService) {}

  @Route({
    method: 'GET',
    path: '/v1/controller-profile',
    reach: control,
    action: 'controller-profile.read',
    summary: 'Who the controller is, and whether opinions may be recorded',
    etag: true,
    response: ControllerProfile,
    example: { response: example },
  })
  async inForce(
    @CurrentAccess() access: Access,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ControllerProfile> {
    return withTag(reply, await this.profiles.inForce(access));
  }

  @Route({
    method: 'PUT',
    path: '/v1/controller-profile',
    reach: control,
    action: 'controller-profile.change',
    summary: 'Write the profile anew',
    description:
      'Opinions may be recorded by a registered party alone, under an appropriate policy document that is in force (DPA 2018 Sch. 1 paras. 22 and 38 to 41). Earlier versions are kept.',
    etag: true,
    stepUp: true,
    request: PutControllerProfile,
    response: ControllerProfile,
    example: { request: content, response: example },
  })
  async put(
    @CurrentAccess() access: Access,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: PutControllerProfile,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ControllerProfile> {
    return withTag(reply, await this.profiles.put(access, ifMatch, body));
  }
}

function withTag(reply: FastifyReply, { profile, etag }: TaggedProfile): ControllerProfile {
  void reply.header('ETag', etag);
  return profile;
}
