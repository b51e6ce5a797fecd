/** A point in the form that is made into each peer's own: a bigint is an int, a number a float. */
export interface PlainPoint {
  readonly measurement: string;
  /** Sorted. */
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number | bigint | string | boolean>>;
  /** Unix nanoseconds. */
  readonly time: bigint;
}

/** The half of a package that writes line protocol. */
export interface PeerEncoder {
  /** Package and version. */
  readonly name: string;
  /**
   * Brings the values into the form in which the package's calls take them, which is not measured. What is returned makes a
   * message of them: building the package's own points is a part of it, because there numbers become text.
   *
   * Both throw where the package refuses a point.
   */
  prepare(points: readonly PlainPoint[]): () => Uint8Array;
}

/** The values of a point for packages that are given one with each call. */
export interface CallValues {
  readonly measurement: string;
  readonly tags: readonly [key: string, value: string][];
  readonly fields: readonly [key: string, value: number | bigint | string | boolean][];
  readonly time: string;
}

export function callValues({ measurement, tags, fields, time }: PlainPoint): CallValues {
  return { measurement, tags: Object.entries(tags), fields: Object.entries(fields), time: String(time) };
}

/** The half of a package that reads line protocol. */
export interface PeerDecoder {
  readonly name: string;
  /** Throws where the package refuses the line. */
  decodeLine(line: string): PeerPoint;
}

/** A point as a peer reads it; `undefined` for what it could not read. */
export interface PeerPoint {
  readonly measurement: string | undefined;
  readonly tags: readonly (readonly [key: string, value: unknown])[];
  readonly fields: readonly (readonly [key: string, value: unknown])[];
  /** Unix nanoseconds, as exact as a double is. */
  readonly time: number | undefined;
}
