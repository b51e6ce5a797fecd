import WebSocket from 'ws';

/**
 * A websocket that answers a close frame as Juju's does: with the same code and no reason, and tells of it at once, not
 * when the connection below has gone.
 */
export class JujuSocket extends WebSocket {
  /** Told the code and the reason of the peer's close frame; 1005 where it has none. */
  onPeerClose: ((code: number, reason: string) => void) | undefined;

  /** Called by `ws` alone: with a code and a reason or with nothing for a close frame, with a code for a faulty frame. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code);
    if (code === undefined) this.onPeerClose?.(1005, '');
    else if (reason !== undefined) this.onPeerClose?.(code, reason.toString());
  }

  /** Begins the closing handshake of our own. */
  closeNormally(): void {
    super.close(1000);
  }
}
