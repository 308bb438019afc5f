import { createHash, randomUUID } from 'node:crypto';
import type { Access } from '../access/access.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import type { Fence } from '../kill-switch/fence.service.js';
import { blocksOf, STORED_BLOCK_BYTES } from './file-text.js';

/** The import that a file is for, and where its pieces go. `receipt` names this attempt at sending it. */
export interface Receiver<Import extends { fileHash: string | null }> {
  /** As the address was answered first; with the hash of its file once that has arrived. */
  made: Import;
  mostBytes: number;
  /** From here on only this attempt may write; false: the file is here already. */
  takeOver(tx: Tx, receipt: string): Promise<boolean>;
  /** False: another attempt has taken over. */
  keep(tx: Tx, receipt: string, chunk: number, bytes: Buffer): Promise<boolean>;
  giveUp(tx: Tx, fault: { code: string; detail: string }): Promise<unknown>;
  /** The file is whole: its work may begin. False: as `keep`. */
  received(tx: Tx, receipt: string, file: { hash: string; bytes: number }): Promise<boolean>;
  found(tx: Tx): Promise<Import>;
}

/**
 * Takes a file in blocks, each a transaction of its own, so that a slow line holds up no flip. The Idempotency-Key stands
 * for the address first; a repeat whose file has arrived is compared by the file's hash, one whose file broke off takes
 * over and sends it whole. Errors: `body-too-large`, `idempotency-key-reused`, `conflict`.
 */
export async function receiveFile<Import extends { fileHash: string | null }>(
  fence: Fence,
  access: Access,
  ask: Parameters<Fence['enter']>[1],
  receiver: Receiver<Import>,
  body: AsyncIterable<Buffer>,
): Promise<Import> {
  const enter = <Value>(work: (tx: Tx) => Promise<Value>): Promise<Value> =>
    fence.enter(access, ask, 'change', async (tx) => ({ value: await work(tx) }));
  const { made, mostBytes } = receiver;
  const receipt = randomUUID();
  const isMine = await enter((tx) => receiver.takeOver(tx, receipt));
  const hash = createHash('sha256');
  let bytes = 0;
  let chunks = 0;
  for await (const block of blocksOf(body, STORED_BLOCK_BYTES)) {
    bytes += block.length;
    if (bytes > mostBytes) {
      const fault = {
        code: 'body-too-large',
        detail: `A file may have ${mostBytes / 1024 ** 2} MiB at most.`,
      };
      if (isMine) await enter((tx) => receiver.giveUp(tx, fault));
      throw new Problem('body-too-large');
    }
    hash.update(block);
    if (!isMine) continue;
    const chunk = chunks++;
    if (!(await enter((tx) => receiver.keep(tx, receipt, chunk, block)))) throw taken();
  }
  const file = { hash: hash.digest('hex'), bytes };
  if (!isMine) {
    if (made.fileHash !== file.hash) throw new Problem('idempotency-key-reused');
    return made;
  }
  return enter(async (tx) => {
    if (!(await receiver.received(tx, receipt, file))) throw taken();
    return receiver.found(tx);
  });
}

function taken(): Problem {
  return new Problem('conflict', { detail: 'another request sends the same file' });
}
