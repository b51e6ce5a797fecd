import type { LoginRequest } from '../wire/login-request.js';
import type { Inventory } from './inventory.js';

/** What an operator says that the machine itself cannot know or gets wrong. */
export interface LoginOverrides {
  /** Registration token. */
  token: string;
  /** The group to join, by name or id. */
  nodeGroup?: string | undefined;
  /** Labels to set, with or without their prefix; `{}` clears those of an earlier login; undefined leaves them. */
  nodeLabels?: Readonly<Record<string, string>> | undefined;
  /** Number of GPUs to report, sent as it is; 0 reports none; undefined or empty reports those found. */
  gpuCount?: string | number | undefined;
  publicIp?: string | undefined;
  privateIp?: string | undefined;
  region?: string | undefined;
}

/** The request for this machine (docs/protocol.md §6.1). Empty overrides override nothing. */
export function loginRequest(machineId: string, inventory: Inventory, overrides: LoginOverrides): LoginRequest {
  const { publicIp, privateIp, region, nodeLabels } = overrides;
  return {
    ...inventory,
    token: overrides.token,
    machineID: machineId,
    ...(overrides.nodeGroup ? { nodeGroup: overrides.nodeGroup } : {}),
    ...(nodeLabels === undefined ? {} : { nodeLabels: { ...nodeLabels } }),
    network: {
      ...inventory.network,
      ...(publicIp ? { publicIP: publicIp } : {}),
      ...(privateIp ? { privateIP: privateIp } : {}),
    },
    location: { ...(inventory.location ?? { region: 'unknown' }), ...(region ? { region } : {}) },
    resources: resourcesWith(inventory.resources ?? {}, overrides.gpuCount),
  };
}

const gpuResource = 'nvidia.com/gpu';

function resourcesWith(
  found: Readonly<Record<string, string>>,
  gpuCount: string | number = '',
): Record<string, string> {
  const count = gpuCount === '' ? (found[gpuResource] ?? '0') : String(gpuCount);
  const { [gpuResource]: _found, ...others } = found;
  return count === '0' ? others : { ...others, [gpuResource]: count };
}
