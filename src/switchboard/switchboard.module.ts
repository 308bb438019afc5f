import { Module } from '@nestjs/common';
import { SuspensionController } from './suspension.controller.js';
import { SuspensionRepository } from './suspension.repository.js';
import { SuspensionService } from './suspension.service.js';

@Module({ controllers: [SuspensionController], providers: [SuspensionService, SuspensionRepository] })
export class SwitchboardModule {}
