import { once } from 'node:events';
import { type Clock, withDeadline } from '@moorline/core';
import { encodeCommand } from '../wire/v3/frame.js';
import { FrameReader } from '../wire/v3/frame-reader.js';
import { encodeAttachVm } from '../wire/v3/payloads.js';
import { dial } from './dial.js';

export interface DetectOptions {
  path: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds for the connection. */
  timeoutMs: number;
  /** Milliseconds that the proxy gets to answer. */
  probeTimeoutMs: number;
  clock: Clock;
}

/** Registered nowhere, one should think. */
const unlikely = 'moorline-probe-of-the-generation';

/**
 * Asks a proxy on a connection of its own which generation it speaks: by AttachVM of an unlikely container, which a v3 proxy
 * refuses in an answer. A v2 proxy ends the connection, or waits for more (docs/protocol.md, Telling generations apart).
 *
 * @throws what {@link dial} throws.
 */
export async function detectGeneration({ probeTimeoutMs, ...options }: DetectOptions): Promise<'v2' | 'v3'> {
  const socket = await dial(options);
  const { signal, clock } = options;
  const reader = new FrameReader();
  const answered = new Promise<'v2' | 'v3'>((resolve) => {
    socket.on('error', () => resolve('v2'));
    socket.on('close', () => resolve('v2'));
    socket.on('data', (chunk) => {
      reader.push(chunk);
      try {
        const frame = reader.read();
        if (frame !== undefined) resolve(frame.type === 'response' && frame.name === 'AttachVM' ? 'v3' : 'v2');
      } catch {
        resolve('v2');
      }
    });
  });
  try {
    socket.write(encodeCommand('AttachVM', encodeAttachVm({ containerId: unlikely })));
    const patience = new AbortController();
    const timer = clock.setTimer(probeTimeoutMs, () => patience.abort());
    const late = once(patience.signal, 'abort').then(() => 'v2' as const);
    try {
      return await withDeadline(() => Promise.race([answered, late]), { signal, clock });
    } finally {
      timer.cancel();
    }
  } finally {
    socket.destroy();
  }
}
