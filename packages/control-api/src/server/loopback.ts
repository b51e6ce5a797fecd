import type { Peer } from './authentication.js';

/** Headers by which proxies tell that they pass somebody else's request on. */
const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Whether a request was made on this machine: a proxy here may speak for anybody. */
export function isFromHere(request: Request, { remoteAddress }: Peer): boolean {
  return isLoopback(remoteAddress) && !forwarding.some((name) => request.headers.has(name));
}

function isLoopback(address: string): boolean {
  const bare = address.toLowerCase().replace(/^::ffff:/, '');
  return bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}
