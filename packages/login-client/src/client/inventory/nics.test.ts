import { describe, expect, it } from 'vitest';
import { collectNics, isPrivateIpv4 } from './nics.js';

const address = (ip: string, mac = 'b8:3f:d2:00:11:22') => ({
  address: ip,
  mac,
  netmask: '',
  internal: false,
  cidr: null,
  ...(ip.includes(':') ? { family: 'IPv6' as const, scopeid: 0 } : { family: 'IPv4' as const }),
});

describe('collectNics', () => {
  it('takes one private address of each real interface, IPv4 first, sorted as text', () => {
    expect(
      collectNics({
        lo: [address('127.0.0.1')],
        docker0: [address('172.17.0.1')],
        ib0: [address('10.9.0.1')],
        'eth9.calico': [address('10.8.0.1')],
        eth1: [address('203.0.113.24'), address('fe80::1'), address('192.168.1.9')],
        eth0: [address('203.0.113.25')],
        ens3f0: [address('10.40.2.17')],
        ens4: [address('2001:db8::1'), address('fd00::2')],
      }),
    ).toEqual([
      { interface: 'ens3f0', mac: 'b8:3f:d2:00:11:22', ip: '10.40.2.17' },
      { interface: 'eth1', mac: 'b8:3f:d2:00:11:22', ip: '192.168.1.9' },
      { interface: 'ens4', mac: 'b8:3f:d2:00:11:22', ip: 'fd00::2' },
    ]);
  });
});

describe('isPrivateIpv4', () => {
  it.each(['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1'])('knows %s', (ip) => {
    expect(isPrivateIpv4(ip)).toBe(true);
  });

  it.each(['172.15.0.1', '172.32.0.1', '192.169.0.1', '11.0.0.1', 'fd00::1', '', '10.0.0'])(
    'does not take %j for it',
    (ip) => {
      expect(isPrivateIpv4(ip)).toBe(false);
    },
  );
});
