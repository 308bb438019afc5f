/**
 * In charge of one question: may this refresh token be used? It is rotated at each use, so a second use means that two
 * hold it, and the session ends. But an answer lost in a dead spot must not sign a canvasser out: for a short while the
 * token before may be used again, as long as nothing issued for it has been used. Then a sibling is issued, never the
 * same successor, since only its hash is kept. Of siblings the first to be used kills the others.
 */
export interface RefreshState {
  /** Null for a token that was never used. */
  rotatedSecondsAgo: number | null;
  /** Another token issued for the same predecessor was used. */
  isSiblingRotated: boolean;
  /** A token issued for this one was used. */
  isChildRotated: boolean;
}

export const graceSeconds = 30;

export function judgeRefresh(state: RefreshState): 'rotate' | 'reissue' | 'reused' {
  if (state.isSiblingRotated) return 'reused';
  if (state.rotatedSecondsAgo === null) return 'rotate';
  return state.rotatedSecondsAgo <= graceSeconds && !state.isChildRotated ? 'reissue' : 'reused';
}
