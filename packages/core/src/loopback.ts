/**
 * Whether a host means this machine, whatever a name server says: `localhost`, 127.0.0.0/8 and `::1`. Other names below `localhost` do in
 * browsers, but elsewhere a name server is asked for them.
 *
 * @param host as in `URL.hostname`, or an address.
 */
export function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/.test(host);
}
