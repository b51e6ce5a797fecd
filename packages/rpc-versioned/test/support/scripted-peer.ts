import type { MemoryStream } from '../../src/testing.js';

/** A peer that answers request after request with what it is told, and keeps what it was sent. */
export interface ScriptedPeer {
  /** The requests, each with its line end. */
  readonly requests: readonly string[];
}

/**
 * @param reply what is written to the n-th request, from 0; undefined for nothing. `CLOSE` ends the stream cleanly.
 */
export function script(
  stream: MemoryStream,
  reply: (request: string, index: number) => string | undefined,
): ScriptedPeer {
  const requests: string[] = [];
  stream.open({
    data(chunk) {
      const request = new TextDecoder().decode(chunk);
      const answer = reply(request, requests.length);
      requests.push(request);
      if (answer === 'CLOSE') stream.close();
      else if (answer !== undefined) stream.send(answer);
    },
    end: () => undefined,
  });
  return { requests };
}
