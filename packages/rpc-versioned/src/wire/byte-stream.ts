/**
 * A byte pipe with message-sized writes: what a websocket, a pair in memory or a Node stream is to the RPC layer.
 *
 * Message boundaries carry no meaning for the reader (docs/protocol.md, Messages): `data` may get a value in pieces, and
 * several values in one piece.
 */
export interface ByteStream {
  /** Starts delivery; called once. */
  open(receiver: ByteReceiver): void;
  /**
   * Sends one message: JSON text with its line end, as UTF-8 (a *binary* message on a websocket).
   *
   * @param done is called once, when the message is flushed or has failed; after the end it fails at once.
   */
  send(message: string, done?: (error?: Error) => void): void;
  /** Stops delivery until {@link ByteStream.resume}: back-pressure towards the peer. */
  pause(): void;
  resume(): void;
  /** Ends the stream cleanly (close 1000 `ok` on a websocket); idempotent. The receiver's `end` is still called. */
  close(): void;
}

/** Who reads a {@link ByteStream}. */
export interface ByteReceiver {
  /** Bytes in any split. They are the receiver's from then on: the stream does not touch them again. */
  data(chunk: Uint8Array): void;
  /** Called once, last; with the reason unless the end was clean. */
  end(error?: Error): void;
}
