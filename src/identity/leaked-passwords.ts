/**
 * In charge of the bundled list of passwords that leaked most often, 49,233 of them in lower case (zxcvbn-ts, MIT). It is
 * unpacked at the first password that is judged, once for the process: 15 ms and 15 MB.
 */
import { createRequire } from 'node:module';

const dictionary = 'passwords-common';
let entries: ReadonlySet<string> | undefined;

/** Whether it stands in the list just so; the text is in lower case. */
export function isLeaked(text: string): boolean {
  return (entries ??= read()).has(text);
}

/** No entry is longer, which bounds what has to be looked up. */
export const longestLeaked = 20;

function read(): ReadonlySet<string> {
  // Not an import: that would unpack it at every start, also of the commands that judge no password.
  const load = createRequire(import.meta.url) as (
    name: string,
  ) => typeof import('@zxcvbn-ts/language-common');
  return new Set(load('@zxcvbn-ts/language-common').dictionary[dictionary]);
}
