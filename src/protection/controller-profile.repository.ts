import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { ControllerProfile, PutControllerProfile } from './controller-profile.dto.js';

export type VersionedProfile = ControllerProfile & { version: number };

const columns = `
  p.party_name AS party, p.party_registration AS "partyRegistration", p.ico_registration AS "icoRegistration",
  CASE WHEN p.policy_reference IS NOT NULL THEN
    json_build_object('reference', p.policy_reference, 'adoptedOn', p.policy_adopted_on, 'reviewOn', p.policy_review_on) END AS policy,
  protection.opinions_allowed() AS "areOpinionsAllowed", p.changed_by AS "changedBy", p.changed_at AS "changedAt",
  coalesce(p.version, 0) AS version`;

/** The controller's profile: a row a version, added by protection.change_controller_profile alone. */
@Injectable()
export class ControllerProfileRepository {
  /** The version in force; version 0, with nothing in it, before the first. Index: controller_profile_pkey. */
  async inForce(tx: Tx): Promise<VersionedProfile> {
    const row = await tx.first<VersionedProfile>(
      `SELECT ${columns} FROM (VALUES (1)) one
       LEFT JOIN LATERAL (SELECT * FROM protection.controller_profile ORDER BY version DESC LIMIT 1) p ON true`,
    );
    if (!row) throw new Error('a query of one row answered none');
    return row;
  }

  /** False where another version is in force than the one that was read. */
  async add(tx: Tx, read: number, profile: PutControllerProfile): Promise<boolean> {
    const { party, partyRegistration, icoRegistration, policy } = profile;
    const row = await tx.first<{ added: boolean }>(
      'SELECT protection.change_controller_profile($1, $2, $3, $4, $5, $6, $7) AS added',
      [
        read,
        party,
        partyRegistration ?? null,
        icoRegistration ?? null,
        policy?.reference ?? null,
        policy?.adoptedOn ?? null,
        policy?.reviewOn ?? null,
      ],
    );
    return row?.added === true;
  }
}
