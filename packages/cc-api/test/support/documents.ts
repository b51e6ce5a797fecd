import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch, type Operation } from 'rfc6902';

/** A schema as Swagger 2.0 has it; only the members that this API's document uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  minimum?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  allOf?: Schema[];
  'x-nullable'?: boolean;
}

export interface Parameter extends Omit<Schema, 'required'> {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}

export interface SwaggerOperation {
  operationId: string;
  'x-alias-of'?: string;
  consumes?: string[];
  produces: string[];
  parameters?: Parameter[];
  responses: Record<string, { schema?: Schema }>;
}

export interface SwaggerDocument {
  paths: Record<string, Record<string, SwaggerOperation>>;
  definitions: Record<string, Schema>;
}

/** One correction. */
export type Correction = Operation & { reason: string; vector?: string };

const folder = join(import.meta.dirname, '../../swagger');

export function readDocument(): SwaggerDocument {
  return JSON.parse(readFileSync(join(folder, 'cc-backend-1.5.4.json'), 'utf8'));
}

export function readCorrections(name: 'overlay' | 'operation-ids'): Correction[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

/** A copy of the document with the corrections made; undefined where one of them cannot be made. */
export function correct(document: SwaggerDocument, corrections: readonly Correction[]): SwaggerDocument | undefined {
  const copy = structuredClone(document);
  return applyPatch(copy, structuredClone([...corrections])).every((fault) => fault === null) ? copy : undefined;
}
