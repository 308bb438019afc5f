import { Module } from '@nestjs/common';
import { AnswerStreams } from './answer-stream.service.js';

/** How a long answer leaves: block by block, cut when the switch says so. */
@Module({ providers: [AnswerStreams], exports: [AnswerStreams] })
export class ExportsModule {}
