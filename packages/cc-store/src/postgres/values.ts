import { fromColumn, toColumn } from '../database/any-text.js';
import { StoreError } from '../errors.js';
import type { SqlValue } from '../sql/driver.js';

/** Postgres' numbers of the types that statements answer. */
const typeId = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, float4: 700, float8: 701, numeric: 1700 };

/**
 * How values come back: as libsql gives them, so that nothing above sees which database it is. Integers and numerics are numbers,
 * truth is 1 or 0, bytes are bytes, whatever else is its text.
 */
export const resultTypes = {
  getTypeParser: ((id: number) => parsers.get(id) ?? fromColumn) as never,
};

const parsers = new Map<number, (text: string) => unknown>([
  [typeId.bool, (text) => (text === 't' ? 1 : 0)],
  [typeId.bytea, toBytes],
  [typeId.int2, Number],
  [typeId.int4, Number],
  [typeId.int8, toInteger],
  [typeId.float4, Number],
  [typeId.float8, Number],
  [typeId.numeric, Number],
]);

function toBytes(text: string): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(text.slice(2), 'hex');
  return new Uint8Array(buffer, byteOffset, length);
}

function toInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new StoreError(`the database answered the integer ${text}, which is beyond 2^53`, { code: 'query_failed' });
}

/**
 * Values as the driver sends them.
 *
 * @throws StoreError `invalid_argument` for what libsql could not take either.
 */
export function toParameters(values: readonly SqlValue[]): unknown[] {
  return values.map((value) => {
    if (typeof value === 'string') return toColumn(value);
    if (value === null || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) {
      return value;
    }
    throw new StoreError(`a ${typeof value} cannot be bound to a statement`, { code: 'invalid_argument' });
  });
}
