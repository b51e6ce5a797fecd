import { isIPv4, isIPv6 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { NicAddress } from '../../wire/machine-info.js';

/** The machine's own network interfaces with one private address each, sorted by address as text. */
export function collectNics(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces()): NicAddress[] {
  const nics: NicAddress[] = [];
  for (const [name, addresses = []] of Object.entries(interfaces)) {
    if (isVirtual(name)) continue;
    const chosen =
      addresses.find(({ address }) => isPrivateIpv4(address)) ?? addresses.find(({ address }) => isLocalIpv6(address));
    if (chosen !== undefined) nics.push({ interface: name, mac: chosen.mac, ip: chosen.address });
  }
  return nics.sort((a, b) => ((a.ip ?? '') < (b.ip ?? '') ? -1 : 1));
}

/** RFC 1918. */
export function isPrivateIpv4(address: string): boolean {
  if (!isIPv4(address)) return false;
  const [first, second = 0] = address.split('.').map(Number);
  return first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168);
}

/** Unique local (fc00::/7) or link-local (fe80::/10). */
function isLocalIpv6(address: string): boolean {
  return isIPv6(address) && /^(?:f[cd]|fe[89ab])/i.test(address);
}

/** What containers, overlays and tunnels make, by the names that the original leaves out. */
const isVirtual = (name: string): boolean =>
  /^(?:lo|cali|cni|docker|flannel|nodelocaldns|tailscale|tunl|veth|vxlan|ib)/.test(name) || name.endsWith('.calico');
