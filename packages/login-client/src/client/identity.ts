import { decodeJson, mapOf, text } from '../wire/json-decoder.js';
import { metadataKeys } from '../wire/state-schema.js';

/**
 * Who this machine is to its control plane. The secrets are there to be read by name, but do not show in
 * `JSON.stringify`, `util.inspect` or a spread copy.
 */
export interface Identity {
  /** The control plane's id of this machine. */
  readonly machineId: string;
  /** Secret. Absent when the control plane answered without one. */
  readonly sessionToken?: string | undefined;
  /** Secret, opaque. */
  readonly machineProof?: string | undefined;
  /** As it was given to the login. */
  readonly endpoint?: string | undefined;
  readonly publicIp?: string | undefined;
  readonly privateIp?: string | undefined;
  /** Labels that were last sent, with their full keys. */
  readonly nodeLabels?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since 1970, in whole seconds. */
  readonly loggedInAt?: number | undefined;
}

/** What can be changed of a stored identity: undefined leaves a member alone, null removes it. */
export type IdentityChanges = {
  -readonly [K in Exclude<keyof Identity, 'machineId'>]?: Identity[K] | null;
} & { machineId?: string | undefined };

/** @returns undefined where the rows hold no machine id. */
export function identityFromRows(rows: ReadonlyMap<string, string>): Identity | undefined {
  const value = (key: string): string | undefined => rows.get(key) || undefined;
  const machineId = value(metadataKeys.machineId);
  if (machineId === undefined) return undefined;
  const seconds = Number(value(metadataKeys.loggedInAt) ?? Number.NaN);
  return hideSecrets({
    machineId,
    sessionToken: value(metadataKeys.sessionToken),
    machineProof: value(metadataKeys.machineProof),
    endpoint: value(metadataKeys.endpoint),
    publicIp: value(metadataKeys.publicIp),
    privateIp: value(metadataKeys.privateIp),
    nodeLabels: labelsFromText(value(metadataKeys.nodeLabels)),
    loggedInAt: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  });
}

/** Makes the secrets of an identity readable by name only. */
export function hideSecrets<T extends Identity>(identity: T): T {
  for (const name of ['sessionToken', 'machineProof'] as const) {
    Object.defineProperty(identity, name, { value: identity[name], enumerable: false });
  }
  return identity;
}

function labelsFromText(stored: string | undefined): Record<string, string> | undefined {
  if (stored === undefined) return undefined;
  try {
    return decodeJson(JSON.parse(stored) as unknown, mapOf(text));
  } catch {
    return undefined;
  }
}
