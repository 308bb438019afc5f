import { createHash, randomUUID } from 'node:crypto';
import type { Access } from '../access/access.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import type { Fence } from '../kill-switch/fence.service.js';
import { blocksOf, STORED_BLOCK_BYTES } from './file-text.js';

interface Sent {
  id: string;
  constituencyId: string;
  fileHash: string | null;
}

/** Where the pieces of files go. `receipt` names one attempt at sending a file. */
interface Uploads {
  /** From here on only this attempt may write; false: the file is here already. */
  takeOver(tx: Tx, constituencyId: string, id: string, receipt: string): Promise<boolean>;
  /** False: another attempt has taken over. */
  receive(
    tx: Tx,
    constituencyId: string,
    id: string,
    receipt: string,
    chunk: number,
    bytes: Buffer,
  ): Promise<boolean>;
  /** The file is whole. False: as `receive`. */
  received(
    tx: Tx,
    constituencyId: string,
    id: string,
    receipt: string,
    file: { hash: string; bytes: number; jobId: string },
  ): Promise<boolean>;
}

/** What a tool does with the import that a file is for. */
export interface Receiver<Import extends Sent> {
  /** As the address was answered first; with the hash of its file once that has arrived. */
  made: Import;
  mostBytes: number;
  uploads: Uploads;
  giveUp(tx: Tx, fault: { code: string; detail: string }): Promise<unknown>;
  /** Puts the work on the whole file in line; answers the job's id. */
  enqueue(tx: Tx): Promise<string>;
  found(tx: Tx): Promise<Import>;
}

/**
 * Takes a file in blocks, each a transaction of its own, so that a slow line holds up no flip. The Idempotency-Key stands
 * for the address first; a repeat whose file has arrived is compared by the file's hash, one whose file broke off takes
 * over and sends it whole. Errors: `body-too-large`, `idempotency-key-reused`, `conflict`.
 */
export async function receiveFile<Import extends Sent>(
  fence: Fence,
  access: Access,
  ask: Parameters<Fence['enter']>[1],
  receiver: Receiver<Import>,
  body: AsyncIterable<Buffer>,
): Promise<Import> {
  const enter = <Value>(work: (tx: Tx) => Promise<Value>): Promise<Value> =>
    fence.enter(access, ask, 'change', async (tx) => ({ value: await work(tx) }));
  const { made, mostBytes, uploads } = receiver;
  const { id, constituencyId } = made;
  const receipt = randomUUID();
  const isMine = await enter((tx) => uploads.takeOver(tx, constituencyId, id, receipt));
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
    if (!(await enter((tx) => uploads.receive(tx, constituencyId, id, receipt, chunk, block)))) throw taken();
  }
  const file = { hash: hash.digest('hex'), bytes };
  if (!isMine) {
    if (made.fileHash !== file.hash) throw new Problem('idempotency-key-reused');
    return made;
  }
  return enter(async (tx) => {
    const jobId = await receiver.enqueue(tx);
    if (!(await uploads.received(tx, constituencyId, id, receipt, { ...file, jobId }))) throw taken();
    return receiver.found(tx);
  });
}

function taken(): Problem {
  return new Problem('conflict', { detail: 'another request sends the same file' });
}
