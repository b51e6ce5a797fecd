import { expect, it } from 'vitest';
import { machineFacts } from './machine-facts.js';

const plain = (facts: ReturnType<typeof machineFacts>) =>
  Object.fromEntries(facts.map(({ name, value }) => [name, value.replaceAll('\u{a0}', ' ')]));

it('a machine is told by what it enrolled with', () => {
  const facts = machineFacts({
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    operatingSystem: 'linux',
    kernelVersion: '6.1.0',
    uptime: '2026-11-29T08:00:00Z',
    gpuDriverVersion: '550.54',
    cudaVersion: '12.4',
    cpuInfo: { type: 'EPYC 9654', logicalCores: 192, architecture: 'amd64' },
    memoryInfo: { totalBytes: 137_438_953_472 },
    gpuInfo: { product: 'NVIDIA-A40', memory: '48Gi', gpus: [{}, {}] },
    diskInfo: {
      blockDevices: [
        { name: '/dev/sda', type: 'disk', size: 2e12 },
        { name: '/dev/sda1', type: 'part', size: 1e12 },
      ],
    },
    nicInfo: { privateIPInterfaces: [{ interface: 'eth0', ip: '10.0.0.1' }] },
  });
  expect(plain(facts)).toEqual({
    Processor: 'EPYC 9654 192 threads',
    Architecture: 'amd64',
    Memory: '137 GB',
    GPUs: '2 × NVIDIA-A40 48Gi',
    'GPU driver': '550.54 CUDA 12.4',
    'Operating system': 'Debian GNU/Linux 12 (bookworm)',
    Kernel: '6.1.0',
    Disks: '1 disk 2 TB',
    Addresses: '10.0.0.1 (eth0)',
    'Last boot': '2026-11-29 08:00:00 UTC',
  });
});

it('an inventory that is something else has no facts, and no fault', () => {
  expect(machineFacts({})).toEqual([]);
  const odd = {
    cpuInfo: [1],
    memoryInfo: { totalBytes: 'many' },
    gpuInfo: null,
    nicInfo: { privateIPInterfaces: [7] },
  };
  expect(machineFacts({ ...odd, uptime: '1970-01-01T00:00:00Z', osImage: 12 })).toEqual([]);
});
