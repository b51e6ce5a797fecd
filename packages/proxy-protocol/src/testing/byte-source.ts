/** Bytes that come in pieces and are taken in order by whoever reads next: a process' stdin. What nobody reads is kept. */
export class ByteSource implements AsyncIterable<Uint8Array> {
  #pieces: Uint8Array[] = [];
  #hasEnded = false;
  #wake: (() => void) | undefined;

  push(piece: Uint8Array): void {
    if (this.#hasEnded || piece.length === 0) return;
    this.#pieces.push(Uint8Array.from(piece));
    this.#wake?.();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  /** The next bytes, as they came; undefined at the end. One reader at a time. */
  async read(): Promise<Uint8Array | undefined> {
    while (this.#pieces.length === 0 && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#pieces.shift();
  }

  /** The next line without its end, as UTF-8; what stands in front of the end of input is one too. Undefined at the end. */
  async readLine(): Promise<string | undefined> {
    const line: Uint8Array[] = [];
    for (;;) {
      const piece = await this.read();
      if (piece === undefined) return line.length === 0 ? undefined : Buffer.concat(line).toString();
      const end = piece.indexOf(0x0a);
      if (end >= 0) {
        if (end + 1 < piece.length) this.#pieces.unshift(piece.subarray(end + 1));
        return Buffer.concat([...line, piece.subarray(0, end)]).toString();
      }
      line.push(piece);
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (let piece = await this.read(); piece !== undefined; piece = await this.read()) yield piece;
  }
}
