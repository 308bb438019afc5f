/**
 * Strong entity tags from a row's version number, and the condition a change must carry (RFC 9110,
 * sections 8.8.3 and 13.1.1). Comparing and writing in one transaction is the caller's part.
 */
import { Problem } from './problem.js';

/** The tag of a version: `"7"`. */
export function etagOf(version: number | string): string {
  return `"${version}"`;
}

/**
 * Checks `If-Match` against the current version; call it after the row is locked.
 * @throws Problem precondition-required without the header, precondition-failed if another version is current
 */
export function requireIfMatch(header: string | undefined, currentVersion: number | string): void {
  if (header === undefined || header.trim() === '') throw new Problem('precondition-required');
  const condition = header.trim();
  if (condition === '*') return;
  // Strong comparison: a weak tag never matches, although its text looks the same.
  const tags = condition.split(',').map((tag) => tag.trim());
  if (!tags.includes(etagOf(currentVersion))) throw new Problem('precondition-failed');
}
