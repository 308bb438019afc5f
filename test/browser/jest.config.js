import base from '../jest.config.js';

/** Apart from `npm test`, which needs nothing but node: the control room in a real Chromium, against real replicas. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/browser'],
  testMatch: ['**/*.browser.ts'],
  maxWorkers: 1,
  testTimeout: 60_000,
};
