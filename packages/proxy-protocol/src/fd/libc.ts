import { endianness } from 'node:os';
import { ProxyError } from '../wire/proxy-error.js';

/** The system's functions that descriptor passing takes. Each returns what it returns in C; `errno` is that of the last call. */
export interface Libc {
  socketpair(domain: number, type: number, protocol: number, pair: Int32Array): number;
  socket(domain: number, type: number, protocol: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  close(fd: number): number;
  sendmsg(fd: number, message: Uint8Array, flags: number): number;
  recvmsg(fd: number, message: Uint8Array, flags: number): number;
  fcntl(fd: number, command: number, type: 'int', argument: number): number;
  errno(): number;
  /** Where the first byte lies. It stays there as long as the buffer is referred to: see {@link SocketMessage}. */
  addressOf(bytes: Uint8Array): bigint;
}

/** What is used of the module `koffi`. */
export interface Koffi {
  load(path: null): { func(definition: string): unknown };
  address(bytes: Uint8Array): bigint;
  errno(): number;
}

/** Where 64-bit Linux has the layouts and numbers that this room knows. */
const architectures: ReadonlySet<string> = new Set(['x64', 'arm64', 'riscv64', 'loong64', 'ppc64']);

/** What {@link loadLibc} looks at; a test gives other answers. */
export interface Host {
  platform: string;
  arch: string;
  endianness: 'BE' | 'LE';
  importKoffi(): Promise<Koffi>;
}

const thisHost = (): Host => ({
  platform: process.platform,
  arch: process.arch,
  endianness: endianness(),
  importKoffi: async () => (await import('koffi')).default,
});

/** @throws ProxyError `fd_unavailable`. */
export async function loadLibc(host: Host = thisHost()): Promise<Libc> {
  const { platform, arch } = host;
  if (platform !== 'linux' || !architectures.has(arch) || host.endianness !== 'LE') {
    throw unavailable(`passing descriptors is not implemented on ${platform} ${arch}`, {
      hint: 'it works on Linux on 64-bit little-endian processors; everything but allocateIo works here too',
    });
  }
  let koffi: Koffi;
  try {
    koffi = await host.importKoffi();
  } catch (cause) {
    throw unavailable('passing descriptors needs koffi, which cannot be loaded', { hint: hintFor(cause), cause });
  }
  try {
    return libcOf(koffi);
  } catch (cause) {
    throw unavailable("koffi does not find the system's functions", { hint: 'report it with its message', cause });
  }
}

function libcOf(koffi: Koffi): Libc {
  const library = koffi.load(null);
  return {
    socketpair: library.func('int socketpair(int, int, int, void *)') as Libc['socketpair'],
    socket: library.func('int socket(int, int, int)') as Libc['socket'],
    connect: library.func('int connect(int, const void *, uint32_t)') as Libc['connect'],
    close: library.func('int close(int)') as Libc['close'],
    sendmsg: library.func('intptr_t sendmsg(int, const void *, int)') as Libc['sendmsg'],
    recvmsg: library.func('intptr_t recvmsg(int, void *, int)') as Libc['recvmsg'],
    fcntl: library.func('int fcntl(int, int, ...)') as Libc['fcntl'],
    errno: () => koffi.errno(),
    addressOf: (bytes) => BigInt(koffi.address(bytes)),
  };
}

function hintFor(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_DLOPEN_DISABLED' || code === 'ERR_ACCESS_DENIED') return 'run node with --allow-addons';
  return 'npm install koffi';
}

function unavailable(message: string, options: { hint: string; cause?: unknown }): ProxyError {
  return new ProxyError(message, { code: 'fd_unavailable', ...options });
}
