import { Module } from '@nestjs/common';
import { PrincipalReadModel } from './principal.read-model.js';

@Module({ providers: [PrincipalReadModel], exports: [PrincipalReadModel] })
export class AccessModule {}
