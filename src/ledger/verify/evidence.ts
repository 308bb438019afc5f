/**
 * In charge of evidence that is one JSON object: an entry with its way to the root, a certificate among them, or two checkpoints of
 * which the later goes on from the earlier. What the API answers is such a file as it is.
 */
import { canonicalJson } from '../canonical-json.js';
import { isConsistent, leafHash, rootByInclusion } from '../merkle.rules.js';
import type { Checkpoint } from '../signed-note.rules.js';
import { allBytesOf, bytesOf } from '../strict-base64.js';
import { isMembers, readCertificate, type Members } from './certificate-claims.rules.js';
import { expectMembers, Rejection, signed } from './record-verifier.js';

export interface Evidence {
  /** What it shows, in words. */
  shows: string[];
  checkpoints: Checkpoint[];
}

/** Throws Rejection. */
export function verifyEvidence(said: Members, keys: readonly string[]): Evidence {
  if ('consistencyProof' in said) return verifyConsistency(said, keys);
  if ('inclusionProof' in said) return verifyEntry(said, keys);
  throw new Rejection('it is no evidence of this record');
}

function verifyConsistency(said: Members, keys: readonly string[]): Evidence {
  expectMembers(said, ['older', 'newer', 'consistencyProof', 'publicKeys']);
  const { older, newer, consistencyProof } = said;
  const [from, to] = [signed(older, keys), signed(newer, keys)];
  if (from.origin !== to.origin) throw new Rejection('its checkpoints are of two logs');
  if (!isConsistent(from, to, hashesOf(consistencyProof)))
    throw new Rejection(`the record of ${to.size} entries does not go on from that of ${from.size}`);
  return {
    shows: [`The record of ${to.size} entries goes on from that of ${from.size}.`],
    checkpoints: [from, to],
  };
}

function verifyEntry(said: Members, keys: readonly string[]): Evidence {
  const { position, event, inclusionProof, certificate } = said;
  const names = ['position', 'salt', 'event', 'inclusionProof', 'checkpoint', 'publicKeys'];
  expectMembers(said, certificate === undefined ? names : [...names, 'certificate']);
  const salt = bytesOf(said['salt']);
  const checkpoint = signed(said['checkpoint'], keys);
  if (typeof position !== 'number' || !salt || !isMembers(event))
    throw new Rejection('it does not show the entry');
  const leaf = leafHash(salt, Buffer.from(canonicalJson(event)));
  if (!rootByInclusion(leaf, position, checkpoint.size, hashesOf(inclusionProof))?.equals(checkpoint.root))
    throw new Rejection('the entry is not in the record that was signed');
  const shows = [`Entry ${position} is in the record of ${checkpoint.size} entries.`];
  if (certificate !== undefined || event['action'] === 'suspension.certify') {
    if (certificate !== undefined && canonicalJson(certificate) !== canonicalJson(event['detail']))
      throw new Rejection('the certificate is not what was sealed');
    if (event['action'] !== 'suspension.certify') throw new Rejection('the entry is no certificate');
    const { faults, scopes, suspensionId } = readCertificate(event);
    if (faults.length > 0) throw new Rejection(`the certificate: ${faults.join('; ')}`);
    const { completeAt, members, durability } = event['detail'] as Members;
    shows.push(
      `It certifies suspension ${suspensionId} of ${scopes.map(({ kind, id }) => `${kind} ${id}`).join(', ')}: complete since ${String(completeAt)}, with ${(members as unknown[]).length} replicas accounted for.`,
    );
    if (isMembers(durability) && [durability['fsync'], durability['synchronousCommit']].includes('off'))
      shows.push(
        'Mind that the database might have lost it in a power failure: fsync or synchronous_commit was off.',
      );
  }
  return { shows, checkpoints: [checkpoint] };
}

/** Throws Rejection. */
function hashesOf(value: unknown): Buffer[] {
  const hashes = allBytesOf(value);
  if (!hashes) throw new Rejection('its proof is none');
  return hashes;
}
