const empty = new Uint8Array(0);

/**
 * Takes pieces of known size out of bytes that come in pieces of any size.
 *
 * A piece that lies in one chunk is a view of it; only one that chunks share is copied, once.
 */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  /** Where in the first chunk the next byte stands. */
  #at = 0;
  /** The piece that has begun, at its full size, and how much of it is there. */
  #piece: Uint8Array | undefined;
  #have = 0;

  /** Bytes of the piece that has begun which are there already: those of earlier chunks. */
  get have(): number {
    return this.#have;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0 && this.#have === 0;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /**
   * The next `size` bytes, or undefined while they are not all there: then the next call is for the same size.
   *
   * @param size bytes, ≥ 0; so many are reserved as soon as the first of them is there.
   */
  take(size: number): Uint8Array | undefined {
    if (size === 0) return empty;
    const first = this.#chunks[0];
    if (first === undefined) return undefined;
    if (this.#piece === undefined) {
      const end = this.#at + size;
      if (end <= first.length) {
        const piece = size === first.length ? first : first.subarray(this.#at, end);
        this.#advance(end, first);
        return piece;
      }
      this.#piece = new Uint8Array(size);
    }
    this.#continue(this.#piece);
    if (this.#have < size) return undefined;
    const piece = this.#piece;
    this.#piece = undefined;
    this.#have = 0;
    return piece;
  }

  /**
   * Copies the next bytes into a header of few bytes, for which a view of its own would be dear.
   *
   * @returns whether it is full; otherwise the next call is for the same header.
   */
  fill(header: Uint8Array): boolean {
    for (let chunk = this.#chunks[0]; chunk !== undefined && this.#have < header.length; chunk = this.#chunks[0]) {
      let at = this.#at;
      while (at < chunk.length && this.#have < header.length) header[this.#have++] = chunk[at++] ?? 0;
      this.#advance(at, chunk);
    }
    if (this.#have < header.length) return false;
    this.#have = 0;
    return true;
  }

  #continue(piece: Uint8Array): void {
    for (let chunk = this.#chunks[0]; chunk !== undefined && this.#have < piece.length; chunk = this.#chunks[0]) {
      const end = Math.min(chunk.length, this.#at + piece.length - this.#have);
      piece.set(chunk.subarray(this.#at, end), this.#have);
      this.#have += end - this.#at;
      this.#advance(end, chunk);
    }
  }

  #advance(end: number, chunk: Uint8Array): void {
    this.#at = end;
    if (end < chunk.length) return;
    this.#chunks.shift();
    this.#at = 0;
  }
}
