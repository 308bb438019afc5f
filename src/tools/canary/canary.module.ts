import { Module } from '@nestjs/common';
import { CanaryController } from './canary.controller.js';
import { CanaryService } from './canary.service.js';

/** A tool that nobody works with: made-up people behind the same guards, to be switched off in drills. */
@Module({ controllers: [CanaryController], providers: [CanaryService] })
export class CanaryModule {}
