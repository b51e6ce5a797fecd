import { LoginError } from '../wire/login-error.js';
import { canonicalNodeLabels } from '../wire/node-labels.js';
import type { Identity } from './identity.js';

/**
 * The machine id to log in with: the stored one, else the one asked for, else none (docs/protocol.md §6.2).
 *
 * @throws LoginError `machine_id_conflict` when both exist, differ, and no overwriting was asked for.
 */
export function reconcileMachineId(
  stored: Identity | undefined,
  asked: { machineId?: string | undefined; overwriteMachineId?: boolean | undefined },
): string {
  const { machineId = '', overwriteMachineId = false } = asked;
  if (stored === undefined || machineId === '' || stored.machineId === machineId) return stored?.machineId ?? machineId;
  if (overwriteMachineId) return machineId;
  throw new LoginError(
    `persisted machine ID "${stored.machineId}" differs from requested machine ID "${machineId}"; pass --machine-id-overwrite to discard the persisted login identity and check in with the requested machine (use this only if you intend to change the machine identity)`,
    {
      code: 'machine_id_conflict',
      hint: 'set overwriteMachineId to change the identity, or leave machineId out to keep it',
    },
  );
}

/** Whether a stored identity has to log in again: asked to, labels changed, or left without a session token. */
export function needsLogin(
  stored: Identity,
  asked: { nodeLabels?: Readonly<Record<string, string>> | undefined; refreshSessionToken?: boolean | undefined },
): boolean {
  if (asked.refreshSessionToken === true || stored.sessionToken === undefined) return true;
  if (asked.nodeLabels === undefined) return false;
  return (
    stored.nodeLabels === undefined || canonicalNodeLabels(stored.nodeLabels) !== canonicalNodeLabels(asked.nodeLabels)
  );
}
