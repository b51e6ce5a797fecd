import { chmod, mkdir, readFile, readlink, unlink } from 'node:fs/promises';
import type { Server } from 'node:net';
import { dirname } from 'node:path';
import { maxSocketPathBytes } from '../fd/unix-address.js';
import { ProxyError } from '../wire/proxy-error.js';

/** Where a proxy listens: one of the three. */
export interface ListenOptions {
  /**
   * Path of the socket, at most 107 bytes. Its folder is made with mode 0750 where there is none, whatever file is there is
   * replaced, and the socket gets mode 0660: who may use it is who may use the proxy.
   */
  path?: string | undefined;
  /** Number of a socket that listens already. */
  fd?: number | undefined;
  /**
   * Environment in which systemd hands over a socket: `process.env`. Comes before the other two where LISTEN_PID is this process and
   * LISTEN_FDS more than none.
   */
  env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The first descriptor that systemd hands over. */
const firstActivatedFd = 3;

/**
 * Has a server listen.
 *
 * @returns the socket's path; empty where it has none that is known.
 * @throws ProxyError `invalid_option`, `socket_path_too_long`, `bad_activation` or `listen_failed`.
 */
export async function listen(server: Server, { path, fd, env = {} }: ListenOptions): Promise<string> {
  const listened = activatedFd(env) ?? fd;
  if (listened !== undefined) {
    await start(server, { fd: listened }, `descriptor ${listened}`);
    return pathOfSocket(listened);
  }
  if (path === undefined || path === '') {
    throw new ProxyError('a proxy has nothing to listen on', { code: 'invalid_option', hint: 'say path or fd' });
  }
  await listenOnPath(server, path);
  return path;
}

/**
 * The descriptor that systemd has handed over to this process.
 *
 * @throws ProxyError `bad_activation` for more than one.
 */
export function activatedFd({ LISTEN_PID, LISTEN_FDS }: NonNullable<ListenOptions['env']>): number | undefined {
  const count = Number(LISTEN_FDS);
  if (Number(LISTEN_PID) !== process.pid || !Number.isInteger(count) || count <= 0) return undefined;
  if (count === 1) return firstActivatedFd;
  throw new ProxyError(`too many activated sockets (${count})`, {
    code: 'bad_activation',
    hint: 'name one ListenStream= in the socket unit',
    details: { count },
  });
}

async function listenOnPath(server: Server, path: string): Promise<void> {
  const bytes = Buffer.byteLength(path);
  if (bytes > maxSocketPathBytes) {
    throw new ProxyError(`socket path too long: ${bytes} (max ${maxSocketPathBytes})`, {
      code: 'socket_path_too_long',
      hint: 'choose a shorter folder',
      details: { path, bytes },
    });
  }
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  } catch (cause) {
    throw listenFailed(path, cause);
  }
  await start(server, { path }, path);
  await chmod(path, 0o660).catch((cause: unknown) => {
    server.close();
    throw listenFailed(path, cause);
  });
}

function start(server: Server, on: { path: string } | { fd: number }, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => reject(listenFailed(what, cause));
    server.once('error', fail);
    server.listen(on, () => {
      server.removeListener('error', fail);
      resolve();
    });
  });
}

const listenFailed = (what: string, cause: unknown): ProxyError =>
  new ProxyError(`cannot listen on ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    code: 'listen_failed',
    hint: 'check that the path can be written, and that no folder is in its place',
    details: { on: what },
    cause,
  });

/** The kernel's table of unix sockets knows the path, by the inode that the descriptor's link names. */
async function pathOfSocket(fd: number): Promise<string> {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/self/fd/${fd}`))?.[1];
    const table = await readFile('/proc/net/unix', 'utf8');
    const line = table.split('\n').find((row) => row.trim().split(/\s+/)[6] === inode);
    return line?.trim().split(/\s+/).slice(7).join(' ') ?? '';
  } catch {
    // Elsewhere than on Linux there is no such table.
    return '';
  }
}
