import { availableParallelism } from 'node:os';

/** Everything of ours is transformed to CommonJS by SWC: Jest's ESM mode cannot load CommonJS packages that require Nest. */
const swc = [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  },
];

export default {
  rootDir: '..',
  testEnvironment: '<rootDir>/dist/test/support/jest-environment.js',
  runtime: '<rootDir>/dist/test/support/jest-runtime.js',
  testSequencer: '<rootDir>/dist/test/support/jest-sequencer.js',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': swc },
  globalSetup: '<rootDir>/dist/test/support/global-setup.js',
  globalTeardown: '<rootDir>/dist/test/support/global-teardown.js',
  // Tests wait for PostgreSQL and for argon2 more than they compute.
  // One more than there are processors: several files mostly wait, for codes, leases and processes.
  maxWorkers: availableParallelism() + 1,
  testTimeout: 30_000,
};
