import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';

/**
 * In charge of this process's identity towards the fence. A new start is a new incarnation; the fence refuses one that
 * it does not know or has fenced off.
 */
@Injectable()
export class Replica implements OnModuleInit, OnApplicationShutdown {
  readonly incarnation = randomUUID();

  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    await this.database.write(async (tx) => {
      await tx.run('SELECT ks.register_replica($1, $2, $3, $4)', [
        this.incarnation,
        hostname(),
        process.pid,
        process.version,
      ]);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.write(async (tx) => {
      await tx.run('SELECT ks.retire_replica($1)', [this.incarnation]);
    });
  }
}
