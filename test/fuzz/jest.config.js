import base from '../jest.config.js';

/** Apart from `npm test`, which has a time limit: a few thousand requests to a server in a process of its own. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/fuzz'],
  testMatch: ['**/*.fuzz.ts'],
  maxWorkers: 1,
  // One file, whose hundreds of names would hide what failed.
  verbose: false,
  testTimeout: 300_000,
};
