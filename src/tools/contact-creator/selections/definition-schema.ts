/**
 * How the OpenAPI document describes a definition, and an example. What is accepted is decided by the targeting room,
 * which names every fault; a schema of expressions within expressions would say less than these sentences.
 */
import { AIMS, STEPS, UNITS } from '../../../targeting/definition.rules.js';
import { fatigueRange } from '../../../targeting/fatigue.rules.js';
import { electorFields } from './elector-fields.js';

const fields = Object.entries(electorFields)
  .map(([name, { operators }]) => `\`${name}\` (${Object.keys(operators).join(', ')})`)
  .join(', ');

const expression = {
  type: 'object' as const,
  additionalProperties: true,
  description:
    'A group `{ "all": […] }`, `{ "any": […] }` or `{ "not": … }`, or a condition `{ "field", "op", "value" }`. `{ "all": [] }` ' +
    'is everybody. What is unknown of an elector meets no condition. `viCategory` and `viParty` also take `withinDays` and ' +
    '`olderThanDays`. `channels` are `doorstep`, a door that has not asked for peace, and `post`, an address to write to. ' +
    `At most 8 levels and 200 conditions. Fields and operators: ${fields}.`,
};

export const definitionSchema = {
  type: 'object' as const,
  required: ['unit', 'base', 'for'],
  properties: {
    unit: {
      type: 'string' as const,
      enum: [...UNITS],
      description:
        'What `limit` counts and `split` keeps whole. Whoever lives there and is found is an elector of the answer',
    },
    base: expression,
    steps: {
      type: 'array' as const,
      maxItems: 20,
      description: 'Each works on what the ones before left',
      items: {
        type: 'object' as const,
        required: ['op', 'expression'],
        properties: { op: { type: 'string' as const, enum: [...STEPS] }, expression },
      },
    },
    limit: { type: 'integer' as const, minimum: 1, maximum: 1_000_000 },
    split: {
      type: 'object' as const,
      required: ['seed', 'parts', 'part'],
      description:
        'One of so many random parts; the same seed gives the same parts, anywhere and at any time',
      properties: {
        seed: { type: 'string' as const, minLength: 1, maxLength: 100 },
        parts: { type: 'integer' as const, minimum: 2, maximum: 100 },
        part: { type: 'integer' as const, minimum: 1, maximum: 100 },
      },
    },
    fatigueDays: {
      type: 'integer' as const,
      minimum: fatigueRange.least,
      maximum: fatigueRange.most,
      default: fatigueRange.unlessAsked,
      description: 'Leave out whom anybody tried within so many days',
    },
    for: {
      type: 'string' as const,
      enum: [...AIMS],
      description: 'At the doorstep only doors that may be knocked at',
    },
  },
};

export const definitionExample = {
  unit: 'household',
  base: { field: 'pollingDistrict', op: 'in', value: ['2041'] },
  steps: [
    { op: 'narrow', expression: { field: 'viCategory', op: 'in', value: ['undecided'], withinDays: 730 } },
    { op: 'remove', expression: { field: 'absentVote', op: 'in', value: ['post'] } },
  ],
  limit: 120,
  split: { seed: 'leaflet-a-or-b', parts: 2, part: 1 },
  fatigueDays: 30,
  for: 'doorstep',
};
