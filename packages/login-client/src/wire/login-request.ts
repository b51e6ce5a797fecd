import { goJson } from '@moorline/core';
import { decodeJson, mapOf, struct, text } from './json-decoder.js';
import { parseJsonText } from './json-text.js';
import { type MachineInfo, machineInfoShape, machineInfoToWire } from './machine-info.js';

/** The body of `POST /api/v1/login` (docs/protocol.md §2.3). */
export interface LoginRequest {
  /** Registration token: a secret. */
  token: string;
  /** The control plane's id of the machine; empty asks for one. */
  machineID: string;
  /** Name or id of the group to join. */
  nodeGroup?: string | undefined;
  /** Kubernetes labels with their full keys; undefined leaves the server's alone, `{}` clears them. */
  nodeLabels?: Record<string, string> | undefined;
  network?: Network | undefined;
  location?: Location | undefined;
  /** `aws`, `gcp`, …, or `unknown`. */
  provider: string;
  /** The provider's id of the instance; may be empty. */
  providerInstanceID: string;
  machineInfo?: MachineInfo | undefined;
  /** Kubernetes quantities by resource: `cpu`, `memory`, `ephemeral-storage`, `nvidia.com/gpu`. */
  resources?: Record<string, string> | undefined;
}

export interface Network {
  publicIP?: string | undefined;
  privateIP?: string | undefined;
}

export interface Location {
  region?: string | undefined;
  zone?: string | undefined;
}

/** Where a login is posted to, on every control plane. */
export const loginPath = '/api/v1/login';

/**
 * Reads a request as a Go peer would.
 *
 * @throws JsonTextError or ShapeMismatch; their messages name the fault and hold nothing of the body's values.
 */
export function parseLoginRequest(body: Uint8Array): LoginRequest {
  const request = decodeJson(parseJsonText(body), loginRequestShape);
  return {
    ...request,
    token: request.token ?? '',
    machineID: request.machineID ?? '',
    provider: request.provider ?? '',
    providerInstanceID: request.providerInstanceID ?? '',
  };
}

/** The request as a real agent writes it: keys in alphabetical order, empty members left out where it leaves them out. */
export function encodeLoginRequest(request: LoginRequest): string {
  const { location, network, nodeLabels, resources } = request;
  return goJson({
    location: location && { region: location.region || undefined, zone: location.zone || undefined },
    machineID: request.machineID,
    machineInfo: request.machineInfo && machineInfoToWire(request.machineInfo),
    network: network && { publicIP: network.publicIP || undefined, privateIP: network.privateIP || undefined },
    nodeGroup: request.nodeGroup || undefined,
    nodeLabels: nodeLabels && sortedByKey(nodeLabels),
    provider: request.provider,
    providerInstanceID: request.providerInstanceID,
    resources: resources && Object.keys(resources).length > 0 ? sortedByKey(resources) : undefined,
    token: request.token,
  });
}

/** @internal The same entries, keys in the order of their UTF-16 code units. */
export function sortedByKey<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const loginRequestShape = struct('v1.LoginRequest', {
  token: text,
  machineID: text,
  nodeGroup: text,
  nodeLabels: mapOf(text),
  network: struct('v1.MachineNetwork', { publicIP: text, privateIP: text }),
  location: struct('v1.MachineLocation', { region: text, zone: text }),
  provider: text,
  providerInstanceID: text,
  machineInfo: machineInfoShape,
  resources: mapOf(text),
});
