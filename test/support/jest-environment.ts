/**
 * In charge of where a test file runs: among the globals of its worker, which are the packages' too (jest-runtime.ts),
 * and of leaving them to the next file as it found them. There are no fake timers: tests wait for what really happens.
 */
import { createRequire } from 'node:module';
import { ModuleMocker } from 'jest-mock';
import { register } from 'prom-client';

// class-transformer has no door to it.
const { defaultMetadataStorage } = createRequire(import.meta.url)('class-transformer/cjs/storage.js') as {
  defaultMetadataStorage: { clear(): void };
};

/** What Jest, class-validator and TypeORM keep about the classes and tests of one file. */
const ofOneFile = [
  Symbol.for('EVENT_HANDLERS'),
  Symbol.for('TEST_TIMEOUT_SYMBOL'),
  'classValidatorMetadataStorage',
  'typeormMetadataArgsStorage',
];

export default class SharedRealmEnvironment {
  readonly global = globalThis;
  readonly moduleMocker = new ModuleMocker(globalThis);
  readonly fakeTimers = null;
  readonly fakeTimersModern = null;
  private isTornDown = false;
  private readonly found = {
    console: globalThis.console,
    exit: Reflect.get(process, 'exit') as typeof process.exit,
    getBuiltinModule: Reflect.get(process, 'getBuiltinModule') as unknown,
    env: { ...process.env },
  };

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {
    this.isTornDown = true;
    this.moduleMocker.restoreAllMocks();
    const { env, ...found } = this.found;
    globalThis.console = found.console;
    process.exit = found.exit;
    if (found.getBuiltinModule) Reflect.set(process, 'getBuiltinModule', found.getBuiltinModule);
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    for (const name of ofOneFile) Reflect.deleteProperty(globalThis, name);
    defaultMetadataStorage.clear();
    register.clear();
  }

  exportConditions(): string[] {
    return ['node', 'node-addons'];
  }

  /** None when the file is over: nothing more is loaded for it. */
  getVmContext(): object | null {
    return this.isTornDown ? null : globalThis;
  }
}
