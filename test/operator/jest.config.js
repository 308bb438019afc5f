import tests from '../jest.config.js';

/** What needs a program of Debian's beside Node: not for every machine, and never passed over where it is asked for. */
export default {
  ...tests,
  rootDir: '../..',
  roots: ['<rootDir>/test/operator'],
  testMatch: ['**/*.proxy.ts'],
};
