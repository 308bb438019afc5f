import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');
const run = promisify(execFile);
const node = (...args: string[]) => run(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });

/** `npm start` compiles with SWC and without tsc: what it runs has to be the same application. */
describe('.compile.js', () => {
  let out: string;

  beforeAll(async () => {
    mkdirSync(join(root, 'dist'), { recursive: true });
    // Below dist, where packages are found and nothing looks for tests.
    out = mkdtempSync(join(root, 'dist', 'compiled-'));
    await node('.compile.js', out);
  });

  afterAll(() => {
    rmSync(out, { recursive: true });
  });

  it('compiles every file of the application and of the migrations, and no test', () => {
    const named = (folder: string, ending: string) =>
      readdirSync(join(folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith(ending) && !/\.(spec|fixture|d)\.ts$/.test(name))
        // For browsers: bundled, below.
        .filter((name) => !name.startsWith(join('control-room', 'page', '/')))
        .map((name) => name.slice(0, -ending.length))
        .sort();
    for (const folder of ['src', 'migrations'])
      expect(named(join(out, folder), '.js')).toEqual(named(join(root, folder), '.ts'));
    expect(readdirSync(out).sort()).toEqual(['control-room', 'migrations', 'src']);
  });

  it('bundles the page of the control room, in files that are named by what is in them', () => {
    const files = JSON.parse(readFileSync(join(out, 'control-room', 'files.json'), 'utf8')) as object;
    expect(Object.values(files)).toEqual([
      expect.stringMatching(/^main-[0-9A-Z]{8}\.js$/),
      expect.stringMatching(/^page-[0-9A-Z]{8}\.css$/),
      expect.stringMatching(/^icon-[0-9A-Z]{8}\.svg$/),
    ]);
    expect(readdirSync(join(out, 'control-room')).sort()).toEqual(
      [...(Object.values(files) as string[]), 'files.json'].sort(),
    );
  });

  it('makes an application of the same routes, bodies and answers as the reviewed one', async () => {
    const { stdout } = await node(join(out, 'src', 'openapi.command.js'));
    expect(stdout).toBe(readFileSync(join(root, 'test', 'golden', 'openapi.json'), 'utf8'));
  });

  it('leaves what has not changed alone, and makes tsc write again what has', async () => {
    const main = join(out, 'src', 'main.js');
    const buildInfo = join(out, '.tsbuildinfo');
    const writtenAt = statSync(main).mtimeMs;
    writeFileSync(buildInfo, '{}');
    await node('.compile.js', out);
    expect(statSync(main).mtimeMs).toBe(writtenAt);
    expect(existsSync(buildInfo)).toBe(true);

    const compiled = readFileSync(main, 'utf8');
    writeFileSync(main, '// of an older source\n');
    await node('.compile.js', out);
    expect(readFileSync(main, 'utf8')).toBe(compiled);
    expect(existsSync(buildInfo)).toBe(false);
  });
});
