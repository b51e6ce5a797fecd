import { isIP } from 'node:net';
import { withDeadline } from '@moorline/core';
import type { Probe } from './probe.js';

/** The first address that one of the web addresses answers with a 200; undefined where none does within 10 s each. */
export async function askPublicIp(
  urls: readonly string[],
  fetch: typeof globalThis.fetch,
  probe: Probe,
): Promise<string | undefined> {
  for (const url of urls) {
    try {
      const address = await withDeadline((signal) => ask(url, fetch, signal), {
        signal: probe.signal,
        timeoutMs: 10_000,
        clock: probe.clock,
        attempted: `GET ${url}`,
      });
      if (isIP(address) !== 0) return address;
      probe.logger.debug({ url }, 'answered something else than an address');
    } catch (error) {
      probe.signal.throwIfAborted();
      probe.logger.debug({ url, reason: String(error) }, 'public address not found');
    }
  }
  return undefined;
}

async function ask(url: string, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal, headers: { Accept: 'text/plain' } });
  const text = await response.text();
  return response.status === 200 ? text.trim() : '';
}
