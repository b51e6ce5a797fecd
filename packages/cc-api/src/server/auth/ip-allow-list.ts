import type { CcRequest } from '../exchange.js';

/**
 * The address that is not on the list, undefined where the request may pass. An empty list, or one that begins with
 * `*`, lets everyone pass. `X-Real-Ip` goes before `X-Forwarded-For`, whose whole value is compared; both are believed
 * as sent, so a list is worth something only behind a proxy that sets them.
 */
export function refusedAddress(request: CcRequest, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0 || allowed[0] === '*') return undefined;
  const address = request.header('x-real-ip') || request.header('x-forwarded-for') || request.remoteAddress;
  return allowed.includes(address) ? undefined : address;
}
