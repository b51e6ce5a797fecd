import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { systemClock } from '@moorline/core';
import fc from 'fast-check';
import { cpus } from 'node:os';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../test/support/memory-files.js';
import { createKernelFiles } from '../kernel-files.js';
import { readTopology } from '../topology/read-topology.js';
import { type CollectorContext, openCollectors, type Reading } from './collector.js';
import { openCpu, parseCpuTimes } from './cpu.js';
import { openDisk, parseDisks } from './disk.js';
import { openLoad, parseLoad } from './load.js';
import { openMemory, parseMemoryUsed } from './memory.js';
import { openNetwork, parseInterfaces } from './network.js';
import { openPower } from './power.js';
import { sources } from './sources.js';
import { openTemperature } from './temperature.js';

async function contextOf(texts: Record<string, string>, clock = createFakeClock()): Promise<CollectorContext> {
  const files = memoryFiles(texts);
  return { files, clock, topology: await readTopology(files), timestep: 10 };
}

describe('load', () => {
  it('reads the one-minute load', () => {
    expect(parseLoad('0.54 0.24 0.10 2/94 7686\n')).toBe(0.54);
    expect(parseLoad('nonsense')).toBeUndefined();
  });

  it('reports it as cpu_load of the node', async () => {
    const collector = await openLoad(await contextOf({ '/proc/loadavg': '1.50 0.24 0.10 2/94 7686\n' }));
    expect(await collector?.collect()).toEqual([{ metric: 'cpu_load', scope: 'node', value: 1.5 }]);
  });
});

const stat = (user: number, idle: number, iowait: number) =>
  `cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 ${user} 10 20 ${idle} ${iowait} 1 2 3 0 0\ncpu12 1 2 3 4\nintr 280506 0 0\nctxt 681145\n`;

describe('cpu', () => {
  it('reads the line of each thread, of old kernels with four columns too', () => {
    expect(parseCpuTimes(stat(100, 800, 5))).toEqual(
      new Map([
        [0, { user: 110, system: 23, iowait: 5, total: 941 }],
        [12, { user: 3, system: 3, iowait: 0, total: 10 }],
      ]),
    );
  });

  it('reports shares of the time between two samples, nothing for a thread that did not tick', async () => {
    const texts = { '/proc/stat': stat(100, 800, 5) };
    const collector = await openCpu(await contextOf(texts));
    expect(await collector?.collect()).toEqual([]);
    texts['/proc/stat'] = stat(150, 840, 15);
    expect(await collector?.collect()).toEqual([
      { metric: 'cpu_user', scope: 'hwthread', id: 0, value: 50 },
      { metric: 'cpu_system', scope: 'hwthread', id: 0, value: 0 },
      { metric: 'cpu_iowait', scope: 'hwthread', id: 0, value: 10 },
    ]);
  });

  it('never reports a negative share when iowait goes backwards', async () => {
    const texts = { '/proc/stat': stat(100, 800, 50) };
    const collector = await openCpu(await contextOf(texts));
    await collector?.collect();
    texts['/proc/stat'] = stat(200, 800, 10);
    for (const { value } of (await collector?.collect()) ?? []) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(100);
    }
  });
});

describe('memory', () => {
  const meminfo =
    'MemTotal: 1000 kB\nMemFree: 400 kB\nBuffers: 50 kB\nCached: 200 kB\nSReclaimable: 30 kB\nShmem: 20 kB\n';

  it('counts what programs and shared memory hold, not the cache', async () => {
    expect(parseMemoryUsed(meminfo)).toBe(340 * 1024);
    expect(parseMemoryUsed('MemTotal: 1000 kB\n')).toBeUndefined();
    const collector = await openMemory(await contextOf({ '/proc/meminfo': meminfo }));
    expect(await collector?.collect()).toEqual([{ metric: 'mem_used', scope: 'node', value: (340 * 1024) / 1e9 }]);
  });
});

const netDev = (received: number, sent: number) =>
  `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0: ${received}   10290    0    0    0     0          0         0  ${sent}    6885    0    0    0     0       0          0
enp0s31f6:77 1 0 0 0 0 0 0 88 1 0 0 0 0 0 0
`;

describe('network', () => {
  it('reads every interface, a name that touches its first number too', () => {
    expect(parseInterfaces(netDev(1, 2))).toEqual([
      { device: 'lo', bytes: [3193, 3193] },
      { device: 'eth0', bytes: [1, 2] },
      { device: 'enp0s31f6', bytes: [77, 88] },
    ]);
  });

  it('reports bytes per second of the cards alone, over real time when the wall clock jumps', async () => {
    const clock = createFakeClock();
    const texts = {
      '/proc/net/dev': netDev(1000, 500),
      '/sys/class/net/eth0/device/vendor': '',
      '/sys/class/net/eth0/speed': '10000\n',
    };
    const collector = await openNetwork(await contextOf(texts, clock));
    expect(collector?.metrics.map(({ name, peak }) => [name, peak])).toEqual([
      ['net_bytes_in_bw', 1.25e9],
      ['net_bytes_out_bw', 1.25e9],
    ]);
    expect(await collector?.collect()).toEqual([]);
    await clock.advance(10_000);
    clock.setWallTime(0);
    texts['/proc/net/dev'] = netDev(21_000, 1500);
    expect(await collector?.collect()).toEqual([
      { metric: 'net_bytes_in_bw', scope: 'node', value: 2000 },
      { metric: 'net_bytes_out_bw', scope: 'node', value: 100 },
    ]);
  });

  it('leaves out the interval in which a counter was reset', async () => {
    const clock = createFakeClock();
    const texts = { '/proc/net/dev': netDev(1000, 500), '/sys/class/net/eth0/device/vendor': '' };
    const collector = await openNetwork(await contextOf(texts, clock));
    await collector?.collect();
    await clock.advance(1000);
    texts['/proc/net/dev'] = netDev(10, 600);
    expect(await collector?.collect()).toEqual([{ metric: 'net_bytes_out_bw', scope: 'node', value: 100 }]);
  });

  it('is no source where no interface has a card behind it', async () => {
    expect(await openNetwork(await contextOf({ '/proc/net/dev': netDev(1, 1) }))).toBeUndefined();
  });
});

const diskstats = (read: number, written: number) =>
  `   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0\n 254       0 vda 36400 8573 ${read} 9574 10755 39359 ${written} 6271 0 5080 16191\n 254       1 vda1 1 1 ${read} 1 1 1 ${written} 1 0 1 1\nbroken line\n`;

describe('disk', () => {
  it('reads sectors as 512 bytes and skips lines of another shape', () => {
    expect(parseDisks(diskstats(4, 2))).toEqual([
      { device: 'loop0', bytes: [0, 0] },
      { device: 'vda', bytes: [2048, 1024] },
      { device: 'vda1', bytes: [2048, 1024] },
    ]);
  });

  it('reports bytes per second of whole disks with hardware behind them', async () => {
    const clock = createFakeClock();
    const texts = {
      '/proc/diskstats': diskstats(0, 0),
      '/sys/block/vda/device/vendor': '',
      '/sys/block/loop0/size': '0',
    };
    const collector = await openDisk(await contextOf(texts, clock));
    await collector?.collect();
    await clock.advance(2000);
    texts['/proc/diskstats'] = diskstats(4, 8);
    expect(await collector?.collect()).toEqual([
      { metric: 'disk_read_bw', scope: 'node', value: 1024 },
      { metric: 'disk_write_bw', scope: 'node', value: 2048 },
    ]);
  });
});

describe('temperature', () => {
  it('takes the package sensor of coretemp by its label', async () => {
    const collector = await openTemperature(
      await contextOf({
        '/sys/class/hwmon/hwmon0/name': 'nvme\n',
        '/sys/class/hwmon/hwmon0/temp1_input': '99000\n',
        '/sys/class/hwmon/hwmon1/name': 'coretemp\n',
        '/sys/class/hwmon/hwmon1/temp1_label': 'Package id 0\n',
        '/sys/class/hwmon/hwmon1/temp1_input': '45500\n',
        '/sys/class/hwmon/hwmon1/temp2_label': 'Core 0\n',
        '/sys/class/hwmon/hwmon1/temp2_input': '50000\n',
      }),
    );
    expect(await collector?.collect()).toEqual([{ metric: 'cpu_temp', scope: 'socket', id: 0, value: 45.5 }]);
  });

  it('takes the thermal zone of the processor where no chip tells, and leaves out a zone that cannot be read', async () => {
    const texts: Record<string, string> = {
      '/sys/class/thermal/thermal_zone0/type': 'acpitz\n',
      '/sys/class/thermal/thermal_zone0/temp': '20000\n',
      '/sys/class/thermal/thermal_zone1/type': 'x86_pkg_temp\n',
      '/sys/class/thermal/thermal_zone1/temp': '61000\n',
    };
    const collector = await openTemperature(await contextOf(texts));
    expect(await collector?.collect()).toEqual([{ metric: 'cpu_temp', scope: 'socket', id: 0, value: 61 }]);
    delete texts['/sys/class/thermal/thermal_zone1/temp'];
    expect(await collector?.collect()).toEqual([]);
  });
});

describe('power', () => {
  const zone = (name: string) => `/sys/class/powercap/${name}`;
  const rapl = (microjoules: string) => ({
    [zone('intel-rapl:0/name')]: 'package-0\n',
    [zone('intel-rapl:0/energy_uj')]: microjoules,
    [zone('intel-rapl:0/max_energy_range_uj')]: '262143328850\n',
    [zone('intel-rapl:0:0/name')]: 'core\n',
    [zone('intel-rapl:0:0/energy_uj')]: '1\n',
    [zone('intel-rapl:0:0/max_energy_range_uj')]: '262143328850\n',
    [zone('intel-rapl:0:1/name')]: 'dram\n',
    [zone('intel-rapl:0:1/energy_uj')]: '0\n',
    [zone('intel-rapl:0:1/max_energy_range_uj')]: '65712999613\n',
  });

  it('reports watts of package and memory, across the wrap of the counter', async () => {
    const clock = createFakeClock();
    const texts = rapl('262143328000\n');
    const collector = await openPower(await contextOf(texts, clock));
    expect(collector?.metrics.map(({ name }) => name)).toEqual(['cpu_power', 'mem_power']);
    await collector?.collect();
    await clock.advance(10_000);
    texts[zone('intel-rapl:0/energy_uj')] = `${500_000_000 - 850}\n`;
    texts[zone('intel-rapl:0:1/energy_uj')] = '20000000\n';
    expect(await collector?.collect()).toEqual([
      { metric: 'cpu_power', scope: 'socket', id: 0, value: 50 },
      { metric: 'mem_power', scope: 'socket', id: 0, value: 2 },
    ]);
  });

  it('adds up the dies of a socket', async () => {
    const clock = createFakeClock();
    const die = (number: number, microjoules: number) => ({
      [zone(`intel-rapl:${number}/name`)]: `package-0-die-${number}\n`,
      [zone(`intel-rapl:${number}/energy_uj`)]: `${microjoules}\n`,
      [zone(`intel-rapl:${number}/max_energy_range_uj`)]: '262143328850\n',
    });
    const texts = { ...die(0, 0), ...die(1, 0) };
    const collector = await openPower(await contextOf(texts, clock));
    await collector?.collect();
    await clock.advance(1000);
    Object.assign(texts, die(0, 30_000_000), die(1, 12_000_000));
    expect(await collector?.collect()).toEqual([{ metric: 'cpu_power', scope: 'socket', id: 0, value: 42 }]);
  });

  it('is no source where the counter may not be read', async () => {
    const readable = Object.entries(rapl('1')).filter(([path]) => !path.endsWith('energy_uj'));
    expect(await openPower(await contextOf(Object.fromEntries(readable)))).toBeUndefined();
  });
});

describe('every source', () => {
  it('reads this machine: known metrics alone, finite values, ids of the topology', async () => {
    const files = createKernelFiles();
    const topology = await readTopology(files);
    const logger = createRecordingLogger();
    const collectors = await openCollectors(sources, { files, clock: systemClock, topology, timestep: 10 }, logger);
    expect(collectors.length + logger.records.length).toBe(Object.keys(sources).length);
    expect(logger.records.every(({ level }) => level === 'debug')).toBe(true);
    const metrics = new Map(
      collectors.flatMap((collector) => collector.metrics).map((metric) => [metric.name, metric]),
    );
    for (const collector of collectors) await collector.collect();
    // Rates need time between two samples and /proc/stat ticks 100 times a second: read until it has moved.
    const readings: Reading[] = [];
    while (!readings.some(({ metric }) => metric === 'cpu_user')) {
      for (const collector of collectors) readings.push(...(await collector.collect()));
    }
    for (const { metric, scope, id, value } of readings) {
      expect(metrics.get(metric)?.scope).toBe(scope);
      expect(Number.isFinite(value)).toBe(true);
      if (scope === 'hwthread') expect(topology.groups.node).toContain(id);
      if (scope === 'socket') expect(id).toBeLessThan(topology.socketsPerNode);
    }
    expect(metrics.get('cpu_load')?.peak).toBe(cpus().length);
  });

  it('never crashes on any text in the kernel files', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 300 }), async (text) => {
        for (const parse of [parseCpuTimes, parseDisks, parseInterfaces, parseLoad, parseMemoryUsed]) parse(text);
      }),
    );
  });
});
