import { ProxyError } from '../wire/proxy-error.js';

/** Most bytes of a unix socket's path on Linux; one more is the NUL that ends it. */
export const maxSocketPathBytes = 107;

/**
 * A path as `struct sockaddr_un`: family, path, NUL.
 *
 * @throws ProxyError `socket_path_too_long` with the proxies' own text; `invalid_option` for no path, or one with a NUL.
 */
export function unixAddress(path: string): Uint8Array {
  const bytes = new TextEncoder().encode(path);
  if (bytes.length === 0 || bytes.includes(0)) {
    throw new ProxyError(`${JSON.stringify(path)} is no path of a socket`, { code: 'invalid_option' });
  }
  if (bytes.length > maxSocketPathBytes) {
    throw new ProxyError(`socket path too long: ${bytes.length} (max ${maxSocketPathBytes})`, {
      code: 'socket_path_too_long',
      hint: 'use a shorter path, or a symbolic link to its folder',
      details: { path },
    });
  }
  const address = new Uint8Array(2 + bytes.length + 1);
  address[0] = 1;
  address.set(bytes, 2);
  return address;
}
