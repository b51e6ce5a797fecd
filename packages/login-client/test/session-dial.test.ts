import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import { startSession, testIdentity } from './support/session-client.js';
import { type SessionPeer, startSessionPeer } from './support/session-peer.js';

/** A proxy that tunnels everything to this port of loopback; `asked` is what it was told. */
async function startProxy(target: number, password = '') {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => void response.writeHead(405).end());
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(`${request.method} ${request.url}`);
    const expected = `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
    if (password !== '' && request.headers['proxy-authorization'] !== expected) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = connect(target, 'localhost', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { asked, port: (server.address() as AddressInfo).port };
}

/** Names nobody has: whoever gets there went through the proxy. */
const elsewhere = { ...testIdentity, endpoint: 'https://cp.example:8443' };
const asLocalhost = (peer: SessionPeer) => ({ ca: peer.certificate.cert, servername: 'localhost' });

describe('the way to the control plane', () => {
  it.each(['v1', 'v2'] as const)('#27 leads through the proxy of the environment, %s', async (protocol) => {
    const peer = await startSessionPeer();
    peer.servesV2 = true;
    const proxy = await startProxy(peer.port);
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`);
    vi.stubEnv('NO_PROXY', 'other.example');
    onTestFinished(() => void vi.unstubAllEnvs());
    const session = startSession(peer, { protocol, identity: elsewhere, tls: asLocalhost(peer), proxy: undefined });
    if (protocol === 'v1') await peer.pairs.next();
    else await (await peer.streams.next()).accept();
    await session.reaches('connected');
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT cp.example:8443']));
    expect(proxy.asked).toHaveLength(protocol === 'v1' ? 3 : 1);
  });

  it('#27 leads past the proxy of the environment to loopback', async () => {
    const peer = await startSessionPeer();
    const proxy = await startProxy(peer.port);
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    startSession(peer, { protocol: 'v1', proxy: undefined });
    await peer.pairs.next();
    expect(proxy.asked).toEqual([]);
  });

  it('leads through a proxy that wants a password', async () => {
    const peer = await startSessionPeer();
    const proxy = await startProxy(peer.port, 'p@ss');
    const options = { protocol: 'v1', identity: elsewhere, tls: asLocalhost(peer) } as const;
    const refused = startSession(peer, { ...options, proxy: `http://127.0.0.1:${proxy.port}` });
    const { error } = await refused.reaches('waiting');
    expect(error).toMatchObject({ code: 'proxy', message: `the proxy http://127.0.0.1:${proxy.port} answered 407` });
    await refused.close();
    startSession(peer, { ...options, proxy: `http://user:p%40ss@127.0.0.1:${proxy.port}` });
    await peer.pairs.next();
  });

  it('is not found where the proxy is of another kind, or nobody is there', async () => {
    const peer = await startSessionPeer();
    const session = startSession(peer, { identity: elsewhere, proxy: 'socks5://user:secret@127.0.0.1:1' });
    const { error } = await session.reaches('waiting');
    expect(error).toMatchObject({ code: 'proxy' });
    expect(error?.message).not.toContain('secret');
    const nobody = startSession(peer, { identity: elsewhere, proxy: '127.0.0.1:1' });
    expect(await nobody.reaches('waiting')).toMatchObject({ error: { code: 'proxy', isRetryable: true } });
  });

  it('#26 needs a certificate that is trusted, and of this name', async () => {
    const peer = await startSessionPeer();
    const untrusted = startSession(peer, { tls: undefined });
    expect(await untrusted.reaches('waiting')).toMatchObject({ protocol: 'v2', error: { code: 'tls' } });
    const otherName = startSession(peer, { tls: { ca: peer.certificate.cert, servername: 'cp.example' } });
    expect(await otherName.reaches('waiting')).toMatchObject({ error: { code: 'tls' } });
    expect(peer.seen).toEqual([]);
  });

  it.each(['v1', 'v2'] as const)('shows a certificate of its own, %s', async (protocol) => {
    const mine = await makeCertificate();
    const peer = await startSessionPeer({ clientCertificate: mine });
    peer.servesV2 = true;
    const { ca } = asLocalhost(peer);
    const without = startSession(peer, { protocol, tls: { ca } });
    expect((await without.reaches('waiting')).error).toBeDefined();
    await without.close();
    const session = startSession(peer, { protocol, tls: { ca, cert: mine.cert, key: mine.key } });
    if (protocol === 'v2') await (await peer.streams.next()).accept();
    await session.reaches('connected');
  });

  it('is given up after ten seconds without a TLS handshake, as in the original', async () => {
    const peer = await startSessionPeer();
    const sockets = new Set<Socket>();
    const accepted: (() => void)[] = [];
    const silent = createTcpServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      // The handshake has begun when its first bytes are here.
      socket.once('data', () => accepted.shift()?.());
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const clock = createFakeClock();
    const begun = new Promise<void>((resolve) => accepted.push(resolve));
    const session = startSession(peer, { clock, identity: { ...testIdentity, endpoint: `127.0.0.1:${port}` } });
    await begun;
    await clock.advance(9999);
    expect(session.phase).toBe('connecting');
    await clock.advance(1);
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'timeout' } });
  });

  it('may be plain HTTP to this machine where that is wanted, in version 1', async () => {
    const peer = await startSessionPeer();
    const seen: string[] = [];
    const server = createServer((request, response) => {
      const kind = String(request.headers['x-gpud-session-type'] ?? request.url);
      seen.push(kind);
      if (kind === '/healthz') response.end();
      else if (kind === 'read') response.writeHead(200).flushHeaders();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const session = startSession(peer, { identity: { ...testIdentity, endpoint }, allowInsecureHttp: true });
    expect(await session.reaches('connected')).toMatchObject({ protocol: 'v1' });
    expect(seen[0]).toBe('/healthz');
  });
});
