import { hostname, platform, release, uptime } from 'node:os';
import type { MachineInfo } from '../../wire/machine-info.js';
import { type Probe, readText } from './probe.js';

/** Name, kernel, distribution, ids and the time of the last boot. */
export async function collectSystem(probe: Probe): Promise<MachineInfo> {
  const [osRelease, machineID, systemUUID, bootID, procStat] = await Promise.all([
    readText('/etc/os-release'),
    firstText('/etc/machine-id', '/var/lib/dbus/machine-id'),
    firstText(
      '/sys/class/dmi/id/product_uuid',
      '/proc/device-tree/system-id',
      '/proc/device-tree/vm,uuid',
      '/etc/machine-id',
    ),
    readText('/proc/sys/kernel/random/boot_id'),
    readText('/proc/stat'),
  ]);
  const bootedAtMs = bootTimeFrom(procStat ?? '') ?? probe.clock.now() - uptime() * 1000;
  return {
    kernelVersion: release(),
    osImage: prettyName(osRelease ?? '') ?? platform(),
    operatingSystem: platform() === 'win32' ? 'windows' : platform(),
    ...(systemUUID === undefined ? {} : { systemUUID }),
    ...(machineID === undefined ? {} : { machineID }),
    ...(bootID === undefined ? {} : { bootID }),
    hostname: hostname(),
    uptime: `${new Date(bootedAtMs).toISOString().slice(0, 19)}Z`,
  };
}

/** `PRETTY_NAME` of an os-release file, else `NAME`. */
export function prettyName(osRelease: string): string | undefined {
  const value = (name: string): string | undefined =>
    new RegExp(`^${name}=(["']?)(.*)\\1$`, 'm').exec(osRelease)?.[2]?.replace(/\\(["$`\\])/g, '$1') || undefined;
  return value('PRETTY_NAME') ?? value('NAME');
}

/** Milliseconds since 1970, from the text of `/proc/stat`. */
export function bootTimeFrom(procStat: string): number | undefined {
  const seconds = /^btime (\d+)$/m.exec(procStat)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

async function firstText(...paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const text = (await readText(path))?.replaceAll('\0', '');
    if (text) return text;
  }
  return undefined;
}
