/** Reads what a `ByteWriter` wrote. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  /** Made for the first number that needs it. */
  #view: DataView | undefined;
  #at: number;

  /** @param from where to begin. */
  constructor(bytes: Uint8Array, from = 0) {
    this.#bytes = bytes;
    this.#at = from;
  }

  /** What is read next, counted from the beginning of the bytes. */
  get position(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @throws RangeError beyond the end, as all of these do. */
  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new RangeError('the bytes end too early');
    return value;
  }

  float64(): number {
    const bytes = this.#bytes;
    this.#view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (let index = 0; index < 8; index++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    throw new RangeError('a number has more than eight bytes');
  }

  bytes(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) throw new RangeError('the bytes end too early');
    return this.#bytes.subarray(this.#at, (this.#at += count));
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
