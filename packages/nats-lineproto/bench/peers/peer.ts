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
   * Makes what the package calls a point of each; what is returned writes all of them as one message.
   *
   * Both throw where the package refuses a point.
   */
  prepare(points: readonly PlainPoint[]): () => Uint8Array;
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
