import type { FieldKind } from '../entry-tape.js';
import type { Field } from '../point.js';

/** A value with its type: what a plain number cannot say. */
export interface TypedValue {
  readonly kind: FieldKind;
  readonly value: number | bigint | string | boolean;
}

/** A field value: a number is a float, a bigint an int; {@link int} and {@link uint} say it of the others. */
export type FieldInput = number | bigint | string | boolean | TypedValue;

/** An int64: −2^63 to 2^63 − 1. */
export function int(value: number | bigint): TypedValue {
  return { kind: 'int', value };
}

/** A uint64: 0 to 2^64 − 1. */
export function uint(value: number | bigint): TypedValue {
  return { kind: 'uint', value };
}

/** An entry to be encoded; a decoded `Point` is one. */
export interface PointInput {
  readonly measurement: string;
  /** In any order; the encoder sorts them. */
  readonly tags?:
    Readonly<Record<string, string>> | readonly { readonly key: string; readonly value: string }[] | undefined;
  /** At least one. */
  readonly fields:
    | Readonly<Record<string, FieldInput>>
    | readonly (Field<number | bigint> | ({ readonly key: string } & TypedValue))[];
  /** A bigint is Unix nanoseconds, a number whole Unix seconds; absent = no timestamp. */
  readonly time?: bigint | number | undefined;
}
