/**
 * In charge of when a replica need not be waited for any more after a flip. Pure: times are milliseconds since the flip's
 * commit on the clock of whoever waits, never a comparison of two machines' clocks (R9).
 */

/** Where a member of a flip stands, as the database knows. */
export interface Member {
  incarnation: string;
  /** It has renewed since the flip, and learned of it by that. */
  renewed: boolean;
  closed: boolean;
  drained: boolean;
  retired: boolean;
  fenced: boolean;
  /** After so long no lease that was granted without the flip is left. */
  waitMs: number;
}

/** How a member came to be through with the flip. */
export type How = 'drained' | 'retired' | 'fenced' | 'lease-expired';

/**
 * `undefined`: it is still waited for. `silent`: its time is over and it has not renewed once, so it is to be fenced (R13).
 * Who has renewed holds no lease either until he has drained (R16), but he lives, and the next flip must wait for him.
 */
export function howOf(member: Member, elapsedMs: number): How | 'silent' | undefined {
  if (member.drained) return 'drained';
  if (member.retired) return 'retired';
  if (member.fenced) return 'fenced';
  if (elapsedMs < member.waitMs) return undefined;
  return member.renewed ? 'lease-expired' : 'silent';
}
