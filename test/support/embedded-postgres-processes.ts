/** Starts and observes processes that use the embedded server, for test/db/embedded-postgres.spec.ts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { hasCode } from '../../src/database/embedded/file-errors.js';

export interface Said {
  ready?: boolean;
  stopped?: boolean;
  answer?: number;
  error?: string;
  log?: string;
  url?: string;
  dataDirectory?: string;
  socketDirectory?: string;
}

export interface User {
  process: ChildProcess;
  lines: Said[];
  /** The first thing said that has this key, waited for; what was said instead if the process ends before. */
  says(key: keyof Said): Promise<Said>;
}

export interface UserOptions {
  /** The compiled project the child runs from. */
  root?: string;
  node?: string;
  uid?: number;
  gid?: number;
}

const projectRoot = resolve(__dirname, '../..');

export function startUser(directory: string, options: UserOptions = {}): User {
  const { root = projectRoot, node = process.execPath, ...identity } = options;
  const script = join(root, 'dist/test/support/embedded-postgres-child.js');
  const child = spawn(node, [script, directory], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    ...identity,
  });
  const lines: Said[] = [];
  // Later than its exit: by then all that it said has been read.
  let isClosed = false;
  child.once('close', () => (isClosed = true));
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Said));
  const says = async (key: keyof Said): Promise<Said> => {
    for (;;) {
      const found = lines.find((line) => line[key] !== undefined);
      if (found !== undefined) return found;
      if (isClosed) throw new Error(`The process ended without "${key}": ${JSON.stringify(lines)}`);
      await sleep(10);
    }
  };
  return { process: child, lines, says };
}

export async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

export interface Found {
  pid: number;
  command: string;
}

/** Keeper, postmaster and their watchers all name the directory in their command line. */
export function processesOf(directory: string): Found[] {
  const found: Found[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const command = commandOf(name);
    if (command.includes(directory)) found.push({ pid: Number(name), command });
  }
  return found;
}

function parentOf(pid: number): string {
  return /^PPid:\s*(\d+)$/m.exec(processFile(String(pid), 'status'))?.[1] ?? '0';
}

function commandOf(pid: string): string {
  return processFile(pid, 'cmdline').replaceAll('\0', ' ');
}

function processFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    // It ended while we looked.
    if (hasCode(error, 'ENOENT', 'ESRCH')) return '';
    throw error;
  }
}

export const isKeeper = ({ command }: Found) => command.includes('keeper.js');
const hasPostmasterCommand = (command: string) => /^\S*\/postgres -D /.test(command);
/** A backend looks like its postmaster for the moment between its fork and its new title. */
export const isPostmaster = ({ pid, command }: Found) =>
  hasPostmasterCommand(command) && !hasPostmasterCommand(commandOf(parentOf(pid)));
export const isWatcher = ({ command }: Found) => command.startsWith('/bin/sh ');

export async function until(condition: () => boolean | Promise<boolean>, what: string, limitMs = 10_000) {
  const started = Date.now();
  while (!(await condition())) {
    if (Date.now() - started > limitMs) throw new Error(`Waited ${limitMs} ms in vain: ${what}`);
    await sleep(20);
  }
}
