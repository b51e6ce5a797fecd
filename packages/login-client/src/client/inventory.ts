import { totalmem } from 'node:os';
import { type Clock, type Logger, silentLogger, systemClock, withDeadline } from '@moorline/core';
import type { LoginRequest } from '../wire/login-request.js';
import { formatQuantity } from '../wire/quantity.js';
import { collectBlockDevices, filesystemSize } from './inventory/block-devices.js';
import { collectCpu } from './inventory/cpu.js';
import { collectGpus } from './inventory/gpus.js';
import { collectNics, isPrivateIpv4 } from './inventory/nics.js';
import { collectSystem } from './inventory/system.js';
import type { Probe } from './inventory/probe.js';
import { askPublicIp } from './inventory/public-ip.js';

/** What a machine is: a login request without who it is and what it may. */
export type Inventory = Omit<LoginRequest, 'token' | 'machineID' | 'nodeGroup' | 'nodeLabels'>;

/** Options of {@link collectInventory}. */
export interface CollectInventoryOptions {
  /** Version of the agent, reported as `gpudVersion`. Default: not reported. */
  agentVersion?: string | undefined;
  /** Where the machine runs. Default `unknown`. */
  provider?: string | undefined;
  /** The provider's id of the instance. Default none. */
  providerInstanceId?: string | undefined;
  region?: string | undefined;
  /**
   * Web addresses that answer with the caller's public address as text; the first that does is believed. Default: none
   * are asked, and nothing is sent anywhere.
   */
  publicIpUrls?: readonly string[] | undefined;
  /** For `publicIpUrls`. Default: the runtime's. */
  fetch?: typeof fetch | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole collection. Default 60,000; 0 turns the deadline off. */
  timeoutMs?: number | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
}

/**
 * Inspects this machine (docs/protocol.md §7): processor, memory, block devices, network interfaces, system, and the GPUs
 * that a driver knows. What cannot be found out is left out, with a line in the debug log; only Linux tells everything.
 *
 * @throws TimeoutError; the signal's reason.
 */
export async function collectInventory(options: CollectInventoryOptions = {}): Promise<Inventory> {
  const { signal, timeoutMs = 60_000, clock = systemClock } = options;
  return withDeadline((inner) => collect(options, inner), {
    signal,
    timeoutMs,
    clock,
    attempted: 'inspecting the machine',
  });
}

async function collect(options: CollectInventoryOptions, signal: AbortSignal): Promise<Inventory> {
  const probe: Probe = { signal, logger: options.logger ?? silentLogger, clock: options.clock ?? systemClock };
  const [system, cpuInfo, gpu, diskInfo, rootBytes, publicIP] = await Promise.all([
    collectSystem(probe),
    collectCpu(),
    collectGpus(probe),
    collectBlockDevices(probe),
    filesystemSize('/', probe),
    askPublicIp(options.publicIpUrls ?? [], options.fetch ?? globalThis.fetch, probe),
  ]);
  const nics = collectNics();
  const privateIP = nics.map((nic) => nic.ip).find((ip) => ip !== undefined && isPrivateIpv4(ip));
  const totalBytes = totalmem();
  return {
    provider: options.provider ?? 'unknown',
    providerInstanceID: options.providerInstanceId ?? '',
    network: { ...(publicIP === undefined ? {} : { publicIP }), ...(privateIP === undefined ? {} : { privateIP }) },
    location: { region: options.region ?? 'unknown' },
    machineInfo: {
      ...(options.agentVersion === undefined ? {} : { gpudVersion: options.agentVersion }),
      ...system,
      ...gpu.versions,
      cpuInfo,
      memoryInfo: { totalBytes },
      gpuInfo: gpu.info,
      ...(diskInfo === undefined ? {} : { diskInfo }),
      nicInfo: nics.length === 0 ? {} : { privateIPInterfaces: nics },
    },
    resources: {
      cpu: formatQuantity(cpuInfo.logicalCores ?? 0),
      memory: formatQuantity(totalBytes),
      ...(rootBytes === undefined ? {} : { 'ephemeral-storage': formatQuantity(rootBytes) }),
      ...(gpu.count === 0 ? {} : { 'nvidia.com/gpu': formatQuantity(gpu.count) }),
    },
  };
}
