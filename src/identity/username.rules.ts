/** In charge of one spelling per account: a person's username is an e-mail address, and capitals do not make another. */
export function normalUsername(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

/** What a new username must look like: an e-mail address in ASCII, so that the database folds it as we do. */
export const usernamePattern = new RegExp(
  `^(?=.{3,254}$)(?=[^@]{1,64}@)${atom}(?:\\.${atom})*@${label}(?:\\.${label})*$`,
  'i',
);
