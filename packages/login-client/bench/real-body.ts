import type { MachineInfo } from '../src/index.js';

/** What a machine with eight GPUs and `disks` block devices says of itself: about 20 KB with 66 of them. */
export function bigMachine(disks = 66): MachineInfo {
  return {
    gpudVersion: 'v0.12.24',
    gpuDriverVersion: '570.133.20',
    cudaVersion: '12.8',
    containerRuntimeVersion: 'containerd://1.7.27',
    kernelVersion: '6.8.0-60-generic',
    osImage: 'Ubuntu 24.04.2 LTS',
    operatingSystem: 'linux',
    systemUUID: '4c4c4544-0051-3610-8052-b7c04f4e5931',
    machineID: '0b6d8f5f3b0e4b9a9f2d7c1a4e6f8a10',
    bootID: '5d2f0b7e-6b0d-4a55-9a8e-0d6a2f4b1c3e',
    hostname: 'gpu-b07-03',
    uptime: '2026-05-04T06:11:52Z',
    cpuInfo: { type: 'AMD EPYC 9654', manufacturer: 'AuthenticAMD', architecture: 'amd64', logicalCores: 192 },
    memoryInfo: { totalBytes: 2_162_202_705_920 },
    gpuInfo: {
      product: 'NVIDIA-H100-80GB-HBM3',
      manufacturer: 'NVIDIA',
      architecture: 'hopper',
      memory: '85520809984',
      gpus: Array.from({ length: 8 }, (_, index) => ({
        uuid: `GPU-1b2c3d4e-0000-4000-8000-00000000000${index}`,
        busID: `0000:${(15 + index * 30).toString(16)}:00.0`,
        sn: `165092400000${index}`,
        minorID: String(index),
        boardID: 3840 + index * 7680,
      })),
    },
    diskInfo: {
      blockDevices: Array.from({ length: disks }, (_, index) => ({
        name: `/dev/nvme${index}n1p1`,
        type: 'part',
        size: 3_840_000_000_000,
        used: 410_223_616_000 + index,
        serial: `S64GNE0T9${String(index).padStart(5, '0')}`,
        wwn: `eui.36343730549${String(index).padStart(5, '0')}`,
        model: 'SAMSUNG MZQL23T8HCLS-00A07',
        mountPoint: `/mnt/scratch/volume-${index}`,
        fsType: 'xfs',
        partUUID: `c0ffee00-0000-4000-8000-${String(index).padStart(12, '0')}`,
        parents: [`/dev/nvme${index}n1`],
      })),
      containerRootDisk: '/dev/nvme0n1p1',
    },
    nicInfo: { privateIPInterfaces: [{ interface: 'ens3f0', mac: 'b8:3f:d2:00:11:22', ip: '10.40.2.17' }] },
  };
}
