import { Module } from '@nestjs/common';
import { EventController } from './event.controller.js';
import { EventRepository } from './event.repository.js';
import { EventService } from './event.service.js';
import { SignUpController } from './sign-up.controller.js';
import { SignUpRepository } from './sign-up.repository.js';
import { SignUpService } from './sign-up.service.js';

/** What is on, and who comes. */
@Module({
  controllers: [EventController, SignUpController],
  providers: [EventRepository, EventService, SignUpRepository, SignUpService],
})
export class EventsModule {}
