/**
 * In charge of the words by which membership lists say how somebody stands with the party. A word that is not known is
 * not guessed: its row is rejected.
 */
export type MemberStatus = 'current' | 'lapsed' | 'suspended' | 'resigned' | 'expelled' | 'died';
export type MemberKind = 'member' | 'affiliated-supporter';

const words: Readonly<Record<MemberStatus, string>> = {
  current:
    'current|active|live|paid|paid up|fully paid|in compliance|good standing|in good standing|full|full member|member|new',
  lapsed: 'lapsed|expired|in arrears|arrears|unpaid|overdue|not renewed|out of compliance',
  suspended: 'suspended|administratively suspended',
  resigned: 'resigned|left|withdrawn|cancelled|terminated by member',
  expelled: 'expelled|excluded',
  died: 'died|deceased|dead',
};

const statuses = new Map<string, MemberStatus>(
  Object.entries(words).flatMap(([status, known]) =>
    known.split('|').map((word) => [word, status as MemberStatus] as const),
  ),
);

/** Undefined for a word that is not known. */
export function statusOf(cell: string): MemberStatus | undefined {
  return statuses.get(
    cell
      .toLowerCase()
      .replace(/[\s_-]+/g, ' ')
      .trim(),
  );
}

/** A category of fee says nothing: whoever is not called an affiliate or a supporter is a member. */
export function kindOf(cell: string): MemberKind {
  return /affiliat|supporter/i.test(cell) ? 'affiliated-supporter' : 'member';
}
