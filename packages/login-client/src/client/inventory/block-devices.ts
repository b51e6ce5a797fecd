import { statfs } from 'node:fs/promises';
import { withDeadline } from '@moorline/core';
import { anything, decodeJson, listOf, struct, text } from '../../wire/json-decoder.js';
import type { BlockDevice, DiskInfo } from '../../wire/machine-info.js';
import { type Mount, parseMounts } from './mounts.js';
import { type Probe, readText, runProgram } from './probe.js';

/** Mounted block devices and network filesystems; undefined where the system does not tell. */
export async function collectBlockDevices(probe: Probe): Promise<DiskInfo | undefined> {
  const [printed, mountTable] = await Promise.all([
    runProgram('lsblk', lsblkArguments, 60_000, probe),
    readText('/proc/self/mounts'),
  ]);
  const mounts = parseMounts(mountTable ?? '');
  const local = printed === undefined ? [] : parseLsblk(printed, mounts, probe);
  const remote = await Promise.all(mounts.filter(isNetworkMount).map((mount) => describeNetworkMount(mount, probe)));
  const blockDevices = [...local, ...remote];
  const containerRootDisk = await findContainerRootDisk(mounts, probe);
  if (blockDevices.length === 0) return undefined;
  return { blockDevices, ...(containerRootDisk === undefined ? {} : { containerRootDisk }) };
}

/** Bytes in all of the filesystem at `path`; undefined where it does not tell within 5 s. */
export async function filesystemSize(path: string, probe: Probe): Promise<number | undefined> {
  try {
    const { blocks, bsize } = await withDeadline(() => statfs(path), {
      signal: probe.signal,
      timeoutMs: 5000,
      clock: probe.clock,
      attempted: `statfs ${path}`,
    });
    return blocks * bsize;
  } catch (error) {
    probe.signal.throwIfAborted();
    probe.logger.debug({ path, reason: String(error) }, 'filesystem size unknown');
    return undefined;
  }
}

/** The devices that `lsblk --json` prints, those with a mount point, whether it prints them as a tree or flat. */
export function parseLsblk(printed: string, mounts: readonly Mount[], probe: Pick<Probe, 'logger'>): BlockDevice[] {
  try {
    const { blockdevices = [] } = decodeJson(JSON.parse(printed) as unknown, lsblkShape);
    return flatten(blockdevices.map(decodeNode), undefined, mounts).filter(
      (device) =>
        device.mountPoint !== undefined && isKnownType(device.type ?? '') && isKnownFilesystem(device.fsType ?? ''),
    );
  } catch (error) {
    probe.logger.debug({ reason: String(error) }, 'lsblk printed something else than devices');
    return [];
  }
}

const columns = 'NAME,TYPE,SIZE,ROTA,SERIAL,WWN,VENDOR,MODEL,REV,MOUNTPOINT,FSTYPE,FSUSED,PARTUUID';
const lsblkArguments = ['--paths', '--bytes', '--fs', '--json', '--output', columns];

const isKnownType = (type: string): boolean => /^(?:disk|part|lvm|raid.*|md.*)$/.test(type);
const isKnownFilesystem = (type: string): boolean =>
  /^(?:|ext4|xfs|vfat|LVM2_member|linux_raid_member|raid0|nfs.*)$/.test(type);

/** Numbers are text in older releases of lsblk, and so are truths. */
interface LsblkNode {
  device: BlockDevice;
  children: LsblkNode[];
}

const lsblkShape = struct('lsblk', { blockdevices: listOf(anything) });

const nodeShape = struct('device', {
  name: text,
  type: text,
  size: anything,
  rota: anything,
  serial: text,
  wwn: text,
  vendor: text,
  model: text,
  rev: text,
  mountpoint: text,
  fstype: text,
  fsused: anything,
  partuuid: text,
  children: listOf(anything),
});

function decodeNode(value: unknown): LsblkNode {
  const node = decodeJson(value, nodeShape);
  return {
    device: withoutEmpty({
      name: node.name,
      type: node.type,
      size: wholeNumber(node.size),
      used: wholeNumber(node.fsused),
      rota: node.rota === true || node.rota === '1',
      serial: node.serial?.trim(),
      wwn: node.wwn,
      vendor: node.vendor?.trim(),
      model: node.model?.trim(),
      rev: node.rev?.trim(),
      mountPoint: node.mountpoint,
      fsType: node.fstype,
      partUUID: node.partuuid,
    }),
    children: (node.children ?? []).map(decodeNode),
  };
}

/** A device under two parents (a RAID) appears once, with both. */
function flatten(nodes: readonly LsblkNode[], parent: string | undefined, mounts: readonly Mount[]): BlockDevice[] {
  const byName = new Map<string, BlockDevice>();
  const visit = (node: LsblkNode, above: string | undefined): void => {
    const name = node.device.name ?? '';
    const known = byName.get(name) ?? withFilesystem(node.device, mounts);
    const parents = [...new Set([...(known.parents ?? []), ...(above === undefined ? [] : [above])])];
    const children = [
      ...new Set([...(known.children ?? []), ...node.children.map((child) => child.device.name ?? '')]),
    ];
    byName.set(name, {
      ...known,
      ...(parents.length === 0 ? {} : { parents }),
      ...(children.length === 0 ? {} : { children }),
    });
    for (const child of node.children) visit(child, name);
  };
  for (const node of nodes) visit(node, parent);
  return [...byName.values()];
}

/** Inside containers lsblk knows no filesystem types; the mount table does. */
function withFilesystem(device: BlockDevice, mounts: readonly Mount[]): BlockDevice {
  if (device.fsType !== undefined) return device;
  const mount = mounts.find((each) => each.source === device.name && each.mountPoint === device.mountPoint);
  return mount === undefined ? device : { ...device, fsType: mount.fsType };
}

const isNetworkMount = (mount: Mount): boolean => /^(?:nfs.*|wekafs|virtiofs|lustre)$/.test(mount.fsType);

/** `df` in a process of its own: a dead server hangs it for good, and must not hang this process. */
async function describeNetworkMount(mount: Mount, probe: Probe): Promise<BlockDevice> {
  const printed = await runProgram('df', ['-kP', mount.mountPoint], 10_000, probe);
  const [, blocks, used] = /\s(\d+)\s+(\d+)\s+\d+\s+\d+%\s/.exec(printed ?? '') ?? [];
  return withoutEmpty({
    name: mount.source,
    type: 'nfs',
    size: blocks === undefined ? undefined : Number(blocks) * 1024,
    used: used === undefined ? undefined : Number(used) * 1024,
    mountPoint: mount.mountPoint,
    fsType: mount.fsType,
  });
}

/** The device under the kubelet's directory, where there is one. */
async function findContainerRootDisk(mounts: readonly Mount[], probe: Probe): Promise<string | undefined> {
  const kubelet = '/var/lib/kubelet';
  if ((await filesystemSize(kubelet, probe)) === undefined) return undefined;
  const holders = mounts.filter(({ mountPoint }) => isAtOrBelow(kubelet, mountPoint));
  return holders.sort((a, b) => b.mountPoint.length - a.mountPoint.length)[0]?.source;
}

const isAtOrBelow = (path: string, mountPoint: string): boolean =>
  mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`);

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : undefined;
}

function withoutEmpty(device: BlockDevice): BlockDevice {
  return Object.fromEntries(
    Object.entries(device).filter(([, value]) => value !== undefined && value !== '' && value !== false),
  );
}
