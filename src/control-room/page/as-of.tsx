/** In charge of saying of a part of the page that it is not of now. */
import { isOld, type Known } from './knowledge.js';
import { faultInWords, momentOf } from './words.js';

export function AsOf({ source }: { source: Known<unknown> }) {
  if (!isOld(source)) return null;
  return (
    <p class="warning">
      As it was at {momentOf(source.at ?? 0)}. {faultInWords(source.fault)}
    </p>
  );
}
