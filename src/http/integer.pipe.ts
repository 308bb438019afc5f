/**
 * In charge of numbers in the path: whole ones that a number of JavaScript holds exactly. Which of them there are is the
 * handler's to say.
 */
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { refusedPart } from './refused-part.js';

@Injectable()
export class IntegerPipe implements PipeTransform<unknown, number> {
  /** @throws Problem validation-failed */
  transform(value: unknown, metadata: ArgumentMetadata): number {
    if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
    throw refusedPart(metadata, 'must be a whole number');
  }
}
