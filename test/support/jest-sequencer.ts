/**
 * In charge of the order of the test files: the slowest first, so that no worker is left alone with a long one at the
 * end. Jest itself knows that only where it has run before; a fresh clone has not.
 */
import { createRequire } from 'node:module';

const { default: Sequencer } = createRequire(import.meta.url)(
  '@jest/test-sequencer',
) as typeof import('@jest/test-sequencer');

/** Where a file's size does not tell how long it takes, slowest first. */
const slow = [
  'test/api/tour',
  'test/api/demonstration',
  'test/db/embedded-postgres',
  'test/db/chaos',
  'test/api/register-imports',
  'test/api/member-imports',
  'test/api/mailings',
  'test/db/mail',
  'test/api/break-glass',
  'test/api/replicas',
  'test/api/exports-cut',
  'test/api/exports',
  'test/db/sentinel',
];

type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

export default class SlowestFirstSequencer extends Sequencer {
  override sort(tests: Tests): Tests {
    const rank = ({ path }: { path: string }) => {
      const at = slow.findIndex((name) => path.replaceAll('\\', '/').endsWith(`${name}.spec.ts`));
      return at === -1 ? slow.length : at;
    };
    // Stable: among the others, the order is Jest's.
    return [...(super.sort(tests) as typeof tests)].sort((one, other) => rank(one) - rank(other));
  }
}
