import { Module } from '@nestjs/common';
import { Journal } from './journal/journal.service.js';

/** What a running server does for the day its database is lost: it keeps the journal. */
@Module({ providers: [Journal] })
export class BackupModule {}
