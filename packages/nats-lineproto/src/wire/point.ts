import { joinNanoseconds } from './exact-value.js';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A field; `Integer` is how int and uint come: `bigint`, or `number | bigint` where that was asked for. */
export type Field<Integer extends number | bigint = bigint> =
  | { readonly key: string; readonly kind: 'float'; readonly value: number }
  | { readonly key: string; readonly kind: 'int' | 'uint'; readonly value: Integer }
  | { readonly key: string; readonly kind: 'string'; readonly value: string }
  | { readonly key: string; readonly kind: 'boolean'; readonly value: boolean };

/** One decoded entry. Points of one text share the tags that they have in common: read them, do not change them. */
export class Point<Integer extends number | bigint = bigint> {
  readonly type = 'point';

  /** @internal */
  constructor(
    readonly measurement: string,
    /** In the order of the text; a key may come twice. */
    readonly tags: readonly Tag[],
    /** In the order of the text, at least one; a key may come twice. */
    readonly fields: readonly Field<Integer>[],
    /** Whole Unix seconds, rounded down; undefined without a timestamp and a default time. */
    readonly seconds: number | undefined,
    /** Nanoseconds above {@link seconds}: 0 to 999,999,999. */
    readonly nanoseconds: number,
    /** Whether the text held the time; else it is the default. */
    readonly hasTimestamp: boolean,
  ) {}

  /** Unix nanoseconds; undefined without a timestamp and a default time. */
  get time(): bigint | undefined {
    return this.seconds === undefined ? undefined : joinNanoseconds(this.seconds, this.nanoseconds);
  }

  /** The value of the tag `key`; of several the last, as a map would keep it. */
  tag(key: string): string | undefined {
    for (let index = this.tags.length - 1; index >= 0; index--) {
      if (this.tags[index]?.key === key) return this.tags[index]?.value;
    }
    return undefined;
  }

  /** The field `key`; of several the last. */
  field(key: string): Field<Integer> | undefined {
    for (let index = this.fields.length - 1; index >= 0; index--) {
      if (this.fields[index]?.key === key) return this.fields[index];
    }
    return undefined;
  }
}
