import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Mailbox } from '../config/mailbox.js';
import { composed, type MailTransport } from './mail-transport.js';
import type { Letter, Ticket } from './outbox.repository.js';

/**
 * Where no mail server is named: each message becomes an .eml file that only this account can read, whole or not at
 * all. The name is the message's own, so that a second attempt writes the same file.
 */
export class FileTransport implements MailTransport {
  private readonly stream = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(
    private readonly folder: string,
    private readonly from: Mailbox,
  ) {}

  async handOver(ticket: Ticket, letter: Letter, signal: AbortSignal): Promise<void> {
    const { message } = await this.stream.sendMail(composed(ticket, letter, this.from));
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const moment = letter.createdAt
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(/[-:]/g, '');
    const path = join(this.folder, `${moment}-${ticket.id}.eml`);
    await writeFile(`${path}.tmp`, message, { mode: 0o600, signal });
    signal.throwIfAborted();
    await rename(`${path}.tmp`, path);
  }

  close(): void {
    this.stream.close();
  }
}
