/**
 * In charge of how a pipe refuses one named part of an address: in the shape in which bodies are refused, with a pointer.
 */
import type { ArgumentMetadata } from '@nestjs/common';
import { joinPointer } from './input-text.js';
import { Problem } from './problem.js';

export function refusedPart({ type, data }: ArgumentMetadata, detail: string): Problem {
  const place = type === 'query' ? 'query' : 'path';
  return new Problem('validation-failed', {
    errors: [{ in: place, pointer: joinPointer('', data ?? ''), detail }],
  });
}
