import { Agent, fetch as undiciFetch, type Dispatcher } from 'undici';
import type { Certificate } from '../../../../tools/testenv/certificates.js';

/** A `fetch` that goes through a dispatcher, as README.md tells users to make one. */
export function fetchThrough(dispatcher: Dispatcher): typeof fetch {
  const through = (input: unknown, init: object | undefined): unknown =>
    undiciFetch(String(input), { ...init, dispatcher });
  return through as typeof fetch;
}

/** A `fetch` that trusts this certificate and nothing else. */
export function fetchTrusting(certificate: Certificate): { fetch: typeof fetch; close: () => Promise<void> } {
  const agent = new Agent({ connect: { ca: certificate.cert } });
  return { fetch: fetchThrough(agent), close: () => agent.destroy() };
}
