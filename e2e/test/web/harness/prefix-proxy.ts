import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy before a server. */
export interface PrefixProxy {
  /** With the prefix, and no slash at its end. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves what is at `target` below a path, as sites do with one host for many services. Whatever is not below it gets 404, so that a
 * page which forgets the prefix is noticed.
 *
 * @param prefix `/some/path`, taken off before the request goes on.
 */
export async function startPrefixProxy(target: string, prefix: string): Promise<PrefixProxy> {
  const server = createServer((incoming, outgoing) => {
    const { url = '/', method, headers } = incoming;
    if (!url.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const passed = request(new URL(url.slice(prefix.length), target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
