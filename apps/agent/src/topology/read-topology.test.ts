import { cpus } from 'node:os';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../test/support/memory-files.js';
import { createKernelFiles } from '../kernel-files.js';
import { describeMachine } from './describe-machine.js';
import { readTopology } from './read-topology.js';

/** Two sockets of two cores of two threads; the second thread of a core is numbered four higher, as x86 BIOSes do. */
function twoSockets(): Record<string, string> {
  const texts: Record<string, string> = {
    '/sys/devices/system/cpu/online': '0-7\n',
    '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '3500000\n',
    '/proc/cpuinfo':
      'processor\t: 0\nmodel name\t: Example CPU @ 3.5GHz\nflags\t\t: fpu avx avx2 fma\n\nprocessor\t: 1\nmodel name\t: other\n',
    '/sys/devices/system/node/node0/cpulist': '0,2,4,6\n',
    '/sys/devices/system/node/node1/cpulist': '1,3,5,7\n',
    '/sys/devices/system/node/node2/cpulist': '\n',
  };
  for (let cpu = 0; cpu < 8; cpu++) {
    const folder = `/sys/devices/system/cpu/cpu${cpu}/topology`;
    texts[`${folder}/physical_package_id`] = `${cpu % 2}\n`;
    texts[`${folder}/die_id`] = '0\n';
    texts[`${folder}/thread_siblings_list`] = `${cpu % 4},${(cpu % 4) + 4}\n`;
  }
  return texts;
}

describe('readTopology', () => {
  it('groups hardware threads by core, socket and memory domain as the kernel does', async () => {
    const topology = await readTopology(memoryFiles(twoSockets()));
    expect(topology.groups).toEqual({
      node: [0, 1, 2, 3, 4, 5, 6, 7],
      socket: [
        [0, 2, 4, 6],
        [1, 3, 5, 7],
      ],
      memoryDomain: [
        [0, 2, 4, 6],
        [1, 3, 5, 7],
      ],
      core: [
        [0, 4],
        [1, 5],
        [2, 6],
        [3, 7],
      ],
    });
    expect(topology).toMatchObject({
      socketsPerNode: 2,
      coresPerSocket: 2,
      threadsPerCore: 2,
      maxGigahertz: 3.5,
      socketIds: [0, 1],
    });
    expect(topology.processorType).toBe('Example CPU @ 3.5GHz');
  });

  it('counts only what is online and names dies only where a socket has several', async () => {
    const texts = twoSockets();
    texts['/sys/devices/system/cpu/online'] = '0-3,5-7';
    texts['/sys/devices/system/cpu/cpu2/topology/die_id'] = '1';
    const { groups } = await readTopology(memoryFiles(texts));
    expect(groups.core).toEqual([[0], [1, 5], [2, 6], [3, 7]]);
    expect(groups.die).toEqual([[0, 6], [1, 3, 5, 7], [2]]);
  });

  it('takes one domain for all where the domains do not cover the processors', async () => {
    const texts = twoSockets();
    delete texts['/sys/devices/system/node/node1/cpulist'];
    expect((await readTopology(memoryFiles(texts))).groups.memoryDomain).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
  });

  it('falls back to a core for each processor where the kernel shows nothing', async () => {
    const topology = await readTopology(memoryFiles({}));
    expect(topology.groups.core).toHaveLength(cpus().length);
    expect(topology).toMatchObject({ socketsPerNode: 1, threadsPerCore: 1 });
    expect(topology.groups.socket).toEqual([topology.groups.node]);
  });

  it('reads this machine: every online thread once in each kind of group', async () => {
    const { groups } = await readTopology(createKernelFiles());
    for (const kind of [groups.socket, groups.memoryDomain, groups.core]) {
      expect(kind.flat().sort((a, b) => a - b)).toEqual(groups.node);
    }
  });
});

describe('describeMachine', () => {
  it('computes the peaks from cores, clock and vector width', async () => {
    const description = describeMachine(await readTopology(memoryFiles(twoSockets())));
    expect(description.flopRateScalar).toEqual({ unit: { base: 'F/s', prefix: 'G' }, value: 14 });
    expect(description.flopRateSimd.value).toBe(112);
    expect(description.memoryBandwidth.value).toBe(0);
  });
});
