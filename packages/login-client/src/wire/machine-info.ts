import { flag, int64, listOf, struct, text, uint32, uint64 } from './json-decoder.js';

/** What a machine says of itself. Every member but `uptime` and `memoryInfo` is left out on the wire when it is empty. */
export interface MachineInfo {
  /** Version of the agent, `v0.12.24`. */
  gpudVersion?: string | undefined;
  gpuDriverVersion?: string | undefined;
  /** `major.minor`. */
  cudaVersion?: string | undefined;
  /** `containerd://1.7.27`, `cri-o://…`. */
  containerRuntimeVersion?: string | undefined;
  tailscaleVersion?: string | undefined;
  kernelVersion?: string | undefined;
  /** The distribution's own words: `Ubuntu 24.04.2 LTS`. */
  osImage?: string | undefined;
  /** `linux`. */
  operatingSystem?: string | undefined;
  /** Product UUID of the mainboard. */
  systemUUID?: string | undefined;
  /** The operating system's machine id: not the control plane's. */
  machineID?: string | undefined;
  bootID?: string | undefined;
  hostname?: string | undefined;
  /** Despite its name the time of the last boot: RFC 3339, UTC, whole seconds; `1970-01-01T00:00:00Z` when unknown. */
  uptime?: string | undefined;
  /** Cluster of the NVLink fabric. */
  clusterUUID?: string | undefined;
  /** Clique of the NVLink fabric, 0 to 2^32 − 1. */
  cliqueID?: number | undefined;
  chassisSerial?: string | undefined;
  cpuInfo?: CpuInfo | undefined;
  memoryInfo?: MemoryInfo | undefined;
  gpuInfo?: GpuInfo | undefined;
  diskInfo?: DiskInfo | undefined;
  nicInfo?: NicInfo | undefined;
}

export interface CpuInfo {
  /** Model name. */
  type?: string | undefined;
  manufacturer?: string | undefined;
  /** Go's name: `amd64`, `arm64`. */
  architecture?: string | undefined;
  logicalCores?: number | undefined;
}

export interface MemoryInfo {
  /** Bytes, ≥ 0. */
  totalBytes?: number | undefined;
}

export interface GpuInfo {
  /** Blanks as hyphens: `NVIDIA-H100-80GB-HBM3`. */
  product?: string | undefined;
  /** The driver's brand name. */
  manufacturer?: string | undefined;
  /** Lower case: `hopper`. */
  architecture?: string | undefined;
  /** Memory of one GPU in bytes, as a Kubernetes quantity. */
  memory?: string | undefined;
  /** In no particular order. */
  gpus?: Gpu[] | undefined;
}

export interface Gpu {
  uuid?: string | undefined;
  /** `0000:0f:00.0`. */
  busID?: string | undefined;
  /** Serial number. */
  sn?: string | undefined;
  /** Decimal text; `-1` where the driver has none. */
  minorID?: string | undefined;
  /** 0 to 2^32 − 1. */
  boardID?: number | undefined;
}

export interface DiskInfo {
  blockDevices?: BlockDevice[] | undefined;
  /** The device that holds the containers' root. */
  containerRootDisk?: string | undefined;
}

export interface BlockDevice {
  /** Path, or `host:/export` of a network filesystem. */
  name?: string | undefined;
  /** `disk`, `part`, `lvm`, `raid1`, `nfs` … */
  type?: string | undefined;
  /** Bytes; beyond 2^53 the nearest double. */
  size?: number | undefined;
  /** Bytes used of the mounted filesystem; beyond 2^53 the nearest double. */
  used?: number | undefined;
  /** Whether it rotates. */
  rota?: boolean | undefined;
  serial?: string | undefined;
  wwn?: string | undefined;
  vendor?: string | undefined;
  model?: string | undefined;
  rev?: string | undefined;
  mountPoint?: string | undefined;
  fsType?: string | undefined;
  partUUID?: string | undefined;
  /** Paths of the devices that this one is part of. */
  parents?: string[] | undefined;
  children?: string[] | undefined;
}

export interface NicInfo {
  /** Sorted by `ip` as text. */
  privateIPInterfaces?: NicAddress[] | undefined;
}

export interface NicAddress {
  interface?: string | undefined;
  mac?: string | undefined;
  ip?: string | undefined;
}

const blockDevice = struct('v1.MachineDiskDevice', {
  name: text,
  type: text,
  size: int64,
  used: int64,
  rota: flag,
  serial: text,
  wwn: text,
  vendor: text,
  model: text,
  rev: text,
  mountPoint: text,
  fsType: text,
  partUUID: text,
  parents: listOf(text),
  children: listOf(text),
});

/** @internal Shape of `machineInfo`. */
export const machineInfoShape = struct('v1.MachineInfo', {
  gpudVersion: text,
  gpuDriverVersion: text,
  cudaVersion: text,
  containerRuntimeVersion: text,
  tailscaleVersion: text,
  kernelVersion: text,
  osImage: text,
  operatingSystem: text,
  systemUUID: text,
  machineID: text,
  bootID: text,
  hostname: text,
  uptime: text,
  clusterUUID: text,
  cliqueID: uint32,
  chassisSerial: text,
  cpuInfo: struct('v1.MachineCPUInfo', { type: text, manufacturer: text, architecture: text, logicalCores: int64 }),
  memoryInfo: struct('v1.MachineMemoryInfo', { totalBytes: uint64 }),
  gpuInfo: struct('v1.MachineGPUInfo', {
    product: text,
    manufacturer: text,
    architecture: text,
    memory: text,
    gpus: listOf(
      struct('v1.MachineGPUInstance', { uuid: text, busID: text, sn: text, minorID: text, boardID: uint32 }),
    ),
  }),
  diskInfo: struct('v1.MachineDiskInfo', { blockDevices: listOf(blockDevice), containerRootDisk: text }),
  nicInfo: struct('v1.MachineNICInfo', {
    privateIPInterfaces: listOf(struct('v1.MachineNetworkInterface', { interface: text, mac: text, ip: text })),
  }),
});

/** @internal The machine's own words in the order and with the omissions of a real agent (docs/protocol.md §2.3). */
export function machineInfoToWire(info: MachineInfo): Record<string, unknown> {
  const { cpuInfo, memoryInfo, gpuInfo, diskInfo, nicInfo } = info;
  return {
    gpudVersion: filled(info.gpudVersion),
    gpuDriverVersion: filled(info.gpuDriverVersion),
    cudaVersion: filled(info.cudaVersion),
    containerRuntimeVersion: filled(info.containerRuntimeVersion),
    tailscaleVersion: filled(info.tailscaleVersion),
    kernelVersion: filled(info.kernelVersion),
    osImage: filled(info.osImage),
    operatingSystem: filled(info.operatingSystem),
    systemUUID: filled(info.systemUUID),
    machineID: filled(info.machineID),
    bootID: filled(info.bootID),
    hostname: filled(info.hostname),
    uptime: info.uptime ?? unknownBootTime,
    clusterUUID: filled(info.clusterUUID),
    cliqueID: filled(info.cliqueID),
    chassisSerial: filled(info.chassisSerial),
    cpuInfo: cpuInfo && {
      type: filled(cpuInfo.type),
      manufacturer: filled(cpuInfo.manufacturer),
      architecture: filled(cpuInfo.architecture),
      logicalCores: filled(cpuInfo.logicalCores),
    },
    memoryInfo: { totalBytes: memoryInfo?.totalBytes ?? 0 },
    gpuInfo: gpuInfo && {
      product: filled(gpuInfo.product),
      manufacturer: filled(gpuInfo.manufacturer),
      architecture: filled(gpuInfo.architecture),
      memory: filled(gpuInfo.memory),
      gpus: filled(gpuInfo.gpus)?.map(gpuToWire),
    },
    diskInfo: diskInfo && {
      blockDevices: filled(diskInfo.blockDevices)?.map(blockDeviceToWire),
      containerRootDisk: filled(diskInfo.containerRootDisk),
    },
    nicInfo: nicInfo && {
      privateIPInterfaces: filled(nicInfo.privateIPInterfaces)?.map((nic) => ({
        interface: filled(nic.interface),
        mac: filled(nic.mac),
        ip: filled(nic.ip),
      })),
    },
  };
}

const unknownBootTime = '1970-01-01T00:00:00Z';

const gpuToWire = (gpu: Gpu): Record<string, unknown> => ({
  uuid: filled(gpu.uuid),
  busID: filled(gpu.busID),
  sn: filled(gpu.sn),
  minorID: filled(gpu.minorID),
  boardID: filled(gpu.boardID),
});

const blockDeviceToWire = (device: BlockDevice): Record<string, unknown> => ({
  name: filled(device.name),
  type: filled(device.type),
  size: filled(device.size),
  used: filled(device.used),
  rota: filled(device.rota),
  serial: filled(device.serial),
  wwn: filled(device.wwn),
  vendor: filled(device.vendor),
  model: filled(device.model),
  rev: filled(device.rev),
  mountPoint: filled(device.mountPoint),
  fsType: filled(device.fsType),
  partUUID: filled(device.partUUID),
  parents: filled(device.parents),
  children: filled(device.children),
});

/** Undefined in place of a zero value: the wire leaves those out. */
function filled<T extends string | number | boolean | readonly unknown[]>(value: T | undefined): T | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  return value ? value : undefined;
}
