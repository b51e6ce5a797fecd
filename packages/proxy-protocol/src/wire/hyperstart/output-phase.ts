/** What a packet of a process' output says. */
export type OutputKind = 'data' | 'end' | 'exit';

/**
 * Tells a process' exit status from its output (docs/protocol.md, End of a process): after an empty packet on either of its
 * two numbers, a packet of one byte on either of them is the status. Before it, one byte is output like any other.
 */
export class OutputPhase {
  #isEnding = false;

  /** Whether the process has said that its output ends. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** @param dataBytes how much the next packet carries, on either number, in the order in which they came. */
  next(dataBytes: number): OutputKind {
    if (dataBytes === 0) {
      this.#isEnding = true;
      return 'end';
    }
    return this.#isEnding && dataBytes === 1 ? 'exit' : 'data';
  }
}
