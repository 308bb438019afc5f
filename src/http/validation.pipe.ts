/**
 * Turns input into instances of its DTO class, or refuses it with a pointer to every fault. Unknown
 * properties are refused. Values never appear in an answer: they may be somebody's data.
 */
import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { UnreadableBody } from './body-parser.js';
import { faultsInText, joinPointer } from './input-text.js';
import { Problem, type InputError } from './problem.js';

const PLACES: Readonly<Record<string, InputError['in']>> = { query: 'query', param: 'path' };
/** Where one of these fails, the other rules of the property only say so again. */
const TYPE_RULES = ['isArray', 'isObject', 'isString', 'isNumber', 'isInt', 'isBoolean'];
const PLAIN_TYPES: readonly unknown[] = [String, Number, Boolean, Array, Object, Buffer, undefined];

@Injectable()
export class ValidationPipe implements PipeTransform {
  /**
   * @throws Problem malformed-body or unsupported-media-type for a body that could not be read,
   * validation-failed for one that is not what the handler declares
   */
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value;
    if (value instanceof UnreadableBody) throw value.problem;
    const place = PLACES[metadata.type];
    // Bodies were looked through when they were parsed.
    if (place) refuseIf(faultsInText(metadata.data ? { [metadata.data]: value } : value, place));
    if (PLAIN_TYPES.includes(metadata.metatype)) return value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Problem('validation-failed', { errors: [{ pointer: '', detail: 'must be an object' }] });
    }
    const instance: object = plainToInstance(metadata.metatype as Type<object>, value);
    const faults = await validate(instance, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: false, value: false },
    });
    refuseIf(faults.flatMap((fault) => errorsOf(fault, '', place)));
    return instance;
  }
}

function refuseIf(errors: readonly InputError[]): void {
  if (errors.length > 0) throw new Problem('validation-failed', { errors });
}

/** class-validator nests faults as the input is nested; array elements are named by their index. */
function errorsOf(fault: ValidationError, parent: string, place: InputError['in']): InputError[] {
  const pointer = joinPointer(parent, fault.property);
  const failed = Object.entries(fault.constraints ?? {});
  const ofType = failed.filter(([rule]) => TYPE_RULES.includes(rule)).slice(0, 1);
  const own = (ofType.length > 0 ? ofType : failed).map(([rule, message]): InputError => {
    const detail = rule === 'whitelistValidation' ? 'unknown property' : withoutName(message, fault.property);
    return place === undefined ? { pointer, detail } : { in: place, pointer, detail };
  });
  return [...own, ...(fault.children ?? []).flatMap((child) => errorsOf(child, pointer, place))];
}

/** "limit must be …" → "must be …": the pointer names the property already. */
function withoutName(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
