/**
 * The OpenAPI document as the server gives it out: its operations, and a judge for each schema in it. What it does not
 * describe is not driven, and what it describes wrongly is found here.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

interface Content {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

export interface Operation {
  operationId: string;
  method: string;
  path: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { content?: Record<string, Content> }>;
}

interface Described {
  paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>;
  components: { schemas: Record<string, Schema> };
}

export class ApiDocument {
  readonly operations: Operation[];
  private readonly ajv = addFormats.default(
    new Ajv2020({ strict: false, allErrors: true, validateFormats: true }),
  );
  private readonly judges = new Map<string, ValidateFunction>();

  constructor(private readonly described: Described) {
    this.operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        parameters: operation.parameters ?? [],
        method: method.toUpperCase(),
        path,
      })),
    );
    this.ajv.addFormat('binary', true);
    this.ajv.addSchema({ $id: 'asked', components: described.components }, 'asked');
    this.ajv.addSchema({ $id: 'answered', components: closed(described.components) as object }, 'answered');
  }

  static async of(url: string): Promise<ApiDocument> {
    return new ApiDocument((await (await fetch(`${url}/openapi.json`)).json()) as Described);
  }

  resolve(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : this.described.components.schemas[name]!;
  }

  /** Why a value is not what a schema says; undefined if it is. Of an answer also where it says more than that. */
  faultsIn(value: unknown, schema: Schema, side: 'asked' | 'answered'): string | undefined {
    const key = side + JSON.stringify(schema);
    let judge = this.judges.get(key);
    if (!judge) {
      const own = side === 'answered' ? closed(schema) : schema;
      judge = this.ajv.compile(
        JSON.parse(JSON.stringify(own).replaceAll('"#/components', `"${side}#/components`)) as object,
      );
      this.judges.set(key, judge);
    }
    return judge(value) ? undefined : this.ajv.errorsText(judge.errors, { dataVar: 'body' });
  }
}

/** Objects of an answer hold what is documented and nothing beside it. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema && !('allOf' in schema) && !('additionalProperties' in schema)
    ? { ...inner, additionalProperties: false }
    : inner;
}
