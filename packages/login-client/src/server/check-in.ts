import { trimBlanks } from '../wire/bearer.js';
import type { DocumentedFailureCode } from '../wire/documented-failures.js';
import type { LoginRequest } from '../wire/login-request.js';
import { equalInConstantTime } from './constant-time.js';
import type { LoginStore, Machine, Registration } from './login-store.js';
import { documentedRefusal } from './refusal.js';

export interface CheckInOptions {
  store: LoginStore;
  generateMachineId: () => string | Promise<string>;
}

/** A machine that was let in. */
export interface CheckedIn {
  machine: Machine;
  sessionToken: string;
  isNew: boolean;
}

/**
 * The checks of a login in their order (docs/protocol.md §4.2), from the fields of the request to the session token.
 *
 * @param bearer the token of the `Authorization` header; undefined where the agent sent none, as old ones do.
 * @throws Refusal
 */
export async function checkIn(
  request: LoginRequest,
  bearer: string | undefined,
  options: CheckInOptions,
): Promise<CheckedIn> {
  const { store } = options;
  const { token, machineID } = request;
  if (request.machineInfo === undefined) throw documentedRefusal('machine_info_missing');
  if (token === '') throw documentedRefusal('token_required');
  if (bearer !== undefined && !equalInConstantTime(bearer, trimBlanks(token))) throw documentedRefusal('invalid_token');
  const registration = await step('token_validation_failed', () => store.findRegistration(token));
  if (registration === undefined) throw documentedRefusal('invalid_token');
  const said = { ...request, token: '' };
  const isNew = machineID === '';
  const machine = isNew ? await enrol(said, registration, options) : await comeBack(said, registration, store);
  const sessionToken = await step('session_token_lookup_failed', () => store.issueSessionToken(machine.id));
  return { machine, sessionToken, isNew };
}

async function comeBack(request: LoginRequest, registration: Registration, store: LoginStore): Promise<Machine> {
  const { machineID, nodeGroup } = request;
  const machine = await step('machine_lookup_failed', () => store.findMachine(machineID));
  if (machine === undefined) throw documentedRefusal('machine_not_found');
  if (machine.workspace !== registration.workspace) throw documentedRefusal('machine_not_owned');
  if (nodeGroup && nodeGroup !== machine.nodeGroup && !(await isAliasOf(machine.nodeGroup, nodeGroup, store))) {
    throw documentedRefusal('node_group_mismatch');
  }
  await step('machine_update_failed', () => store.updateMachine(machineID, request));
  return machine;
}

/** A group may be named by its id as well, which the store knows. */
async function isAliasOf(name: string, asked: string, store: LoginStore): Promise<boolean> {
  const group = await step('node_group_lookup_failed', () => store.findNodeGroup(asked));
  return group?.name === name;
}

/** A request that names neither machine nor group joins the group of its registration, where that has one. */
async function enrol(request: LoginRequest, registration: Registration, options: CheckInOptions): Promise<Machine> {
  const { store } = options;
  const nodeGroup = request.nodeGroup || registration.nodeGroup;
  if (nodeGroup === '') throw documentedRefusal('machine_or_group_required');
  const group = await step('node_group_lookup_failed', () => store.findNodeGroup(nodeGroup));
  if (group === undefined) throw documentedRefusal('node_group_not_found', { nodeGroup });
  if (group.workspace !== registration.workspace) throw documentedRefusal('node_group_not_owned');
  const id = await step('id_generation_failed', async () => options.generateMachineId());
  const newcomer = { id, workspace: group.workspace, nodeGroup: group.name };
  const machine = await step('machine_add_failed', () => store.addMachine(newcomer, registration, request));
  if (machine === undefined) throw documentedRefusal('invalid_token');
  return machine;
}

async function step<T>(code: DocumentedFailureCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw documentedRefusal(code, {}, error);
  }
}
