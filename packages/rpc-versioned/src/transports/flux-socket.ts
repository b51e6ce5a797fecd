import WebSocket from 'ws';

/**
 * A websocket that closes as the original does: an incoming close frame is answered with its code and no reason, and
 * is told at once, not when the peer has closed the connection below; its own close says 1000 `ok`.
 */
export class FluxSocket extends WebSocket {
  /** Told the code and reason of the peer's close frame; 1005 where it has none. */
  onPeerClose: ((code: number, reason: string) => void) | undefined;

  /** Called by `ws` alone: with a code and a reason or with nothing for a close frame, with a code for a faulty frame. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code);
    if (code === undefined) this.onPeerClose?.(1005, '');
    else if (reason !== undefined) this.onPeerClose?.(code, reason.toString());
  }

  closeOk(): void {
    super.close(1000, 'ok');
  }
}
