/**
 * In charge of loading modules for a test file. Ours are loaded anew for each file, as Jest does; packages are loaded by
 * node itself, as an installation loads them, and once for all files of a worker: there are two thousand modules of
 * them, and they took most of a file's time. What packages keep of one file is forgotten by jest-environment.ts.
 */
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';

interface Executor {
  injectedModuleParameters: string[];
  compile(source: string, filename: string): unknown;
}

const requirePackage = createRequire(import.meta.url);
const { default: Runtime } = requirePackage('jest-runtime') as typeof import('jest-runtime');

export default class SharedPackagesRuntime extends Runtime {
  constructor(...given: ConstructorParameters<typeof Runtime>) {
    super(...given);
    const [, environment] = given;
    const executor = Reflect.get(this, 'executor') as Executor;
    // A realm of its own for each file would make two of every class of the language, Error first: packages know one.
    executor.compile = (source, filename) =>
      environment.getVmContext() === null
        ? null
        : compileFunction(source, executor.injectedModuleParameters, { filename });
  }

  /** Of whatever type the caller says. */
  override requireModuleOrMock(from: string, name: string): never {
    const isPackage = !/^[./]/.test(name) && name !== '@jest/globals';
    return (isPackage ? requirePackage(name) : super.requireModuleOrMock(from, name)) as never;
  }
}
