import type { ApicallerError } from '../error.js';

/** What a {@link MessageSocket} tells. */
export interface MessageReceiver {
  /** One whole message, whatever the frames in which it came. */
  message(text: string): void;
  /**
   * Called once, as the last: no message comes any more and none can be sent. Without an error the end was clean: close
   * code 1000, 1001 or none, or the connection ended without a close frame (docs/protocol.md §1.7).
   */
  end(error?: ApicallerError): void;
}

/** A connection that carries texts: a websocket, or half of a pair in memory. */
export interface MessageSocket {
  /** Starts delivery; called once. What came before is delivered first. */
  open(receiver: MessageReceiver): void;
  /**
   * Sends one message; dropped once the end has come.
   *
   * @param sent called when the connection below has taken it, or never will.
   */
  send(text: string, sent?: () => void): void;
  /** Bytes that were sent, and that the connection below has not taken yet: what a slow peer makes us keep. */
  readonly unsentBytes: number;
  /** Takes nothing more from the peer, but for what has been read of it already. */
  pause(): void;
  /** Goes on taking messages. */
  resume(): void;
  /** Ends the connection with close code 1000 and resolves when it is gone, at the latest after `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}
