import { silentLogger } from '@moorline/core';
import { createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { parseLsblk } from './block-devices.js';
import { parseMounts } from './mounts.js';

const probe = { logger: silentLogger };
const lsblk = (blockdevices: unknown[]): string => JSON.stringify({ blockdevices });

describe('parseLsblk', () => {
  it('reports what is mounted, with the devices above and below it', () => {
    const tree = lsblk([
      {
        name: '/dev/nvme0n1',
        type: 'disk',
        size: 3840755982336,
        rota: false,
        serial: ' S64G ',
        mountpoint: null,
        children: [
          {
            name: '/dev/nvme0n1p1',
            type: 'part',
            size: 536870912,
            mountpoint: '/boot/efi',
            fstype: 'vfat',
            fsused: '6291456',
            partuuid: 'c0ffee00-01',
          },
          {
            name: '/dev/nvme0n1p2',
            type: 'part',
            size: 3840000000000,
            mountpoint: null,
            fstype: 'LVM2_member',
            children: [
              {
                name: '/dev/mapper/vg-root',
                type: 'lvm',
                size: 100000000000,
                mountpoint: '/',
                fstype: 'ext4',
                rota: false,
              },
            ],
          },
        ],
      },
      { name: '/dev/sr0', type: 'rom', size: 1073741312, mountpoint: '/media' },
      { name: '/dev/sdb', type: 'disk', size: 5, mountpoint: '/odd', fstype: 'btrfs' },
    ]);
    expect(parseLsblk(tree, [], probe)).toEqual([
      {
        name: '/dev/nvme0n1p1',
        type: 'part',
        size: 536870912,
        used: 6291456,
        mountPoint: '/boot/efi',
        fsType: 'vfat',
        partUUID: 'c0ffee00-01',
        parents: ['/dev/nvme0n1'],
      },
      {
        name: '/dev/mapper/vg-root',
        type: 'lvm',
        size: 100000000000,
        mountPoint: '/',
        fsType: 'ext4',
        parents: ['/dev/nvme0n1p2'],
      },
    ]);
  });

  it('reports a RAID under two disks once, with both', () => {
    const raid = { name: '/dev/md0', type: 'raid1', size: '5', rota: '1', mountpoint: '/', fstype: 'ext4' };
    const disks = ['/dev/sda', '/dev/sdb'].map((name) => ({ name, type: 'disk', children: [raid] }));
    expect(parseLsblk(lsblk(disks), [], probe)).toEqual([
      {
        name: '/dev/md0',
        type: 'raid1',
        size: 5,
        rota: true,
        mountPoint: '/',
        fsType: 'ext4',
        parents: ['/dev/sda', '/dev/sdb'],
      },
    ]);
  });

  it('looks a missing filesystem type up in the mount table', () => {
    const mounts = parseMounts('proc /proc proc rw 0 0\n/dev/vda / ext4 rw,relatime 0 0\n');
    const devices = lsblk([{ name: '/dev/vda', type: 'disk', mountpoint: '/', fstype: null }]);
    expect(parseLsblk(devices, mounts, probe)).toEqual([
      { name: '/dev/vda', type: 'disk', mountPoint: '/', fsType: 'ext4' },
    ]);
  });

  it.each(['', 'lsblk: failed', '[]', '{"blockdevices":5}', '{"blockdevices":[5]}', '{"blockdevices":[{"name":5}]}'])(
    'takes %j for no devices and says so in the debug log',
    (printed) => {
      const logger = createRecordingLogger();
      expect(parseLsblk(printed, [], { logger })).toEqual([]);
      expect(logger.records.map(({ level }) => level)).toEqual(['debug']);
    },
  );
});

describe('parseMounts', () => {
  it('undoes the escapes of blanks and backslashes', () => {
    expect(parseMounts('10.40.0.9:/models /mnt/a\\040b\\134c nfs4 rw 0 0')).toEqual([
      { source: '10.40.0.9:/models', mountPoint: '/mnt/a b\\c', fsType: 'nfs4' },
    ]);
  });

  it('passes over lines that are no mounts', () => {
    expect(parseMounts('\nrubbish\n')).toEqual([]);
  });
});
