/**
 * In charge of ids in the path that are UUIDs. Nest's own pipe says neither which part of the path it refused nor in our shape.
 */
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { refusedPart } from './refused-part.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

@Injectable()
export class UuidPipe implements PipeTransform<unknown, string> {
  /** @throws Problem validation-failed */
  transform(value: unknown, metadata: ArgumentMetadata): string {
    if (typeof value === 'string' && UUID.test(value)) return value;
    throw refusedPart(metadata, 'must be a UUID');
  }
}
