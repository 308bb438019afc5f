import { rmSync } from 'node:fs';

export default async function globalTeardown(): Promise<void> {
  await globalThis.rosettePostgres?.stop();
  rmSync(process.env['TEST_FOLDER'] as string, { recursive: true, force: true });
}
