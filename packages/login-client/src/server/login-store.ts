import type { LoginRequest } from '../wire/login-request.js';

/** A registration token as the store keeps it; the token itself is kept only as a hash. */
export interface Registration {
  id: string;
  /** Machines that present the token belong to this workspace. */
  workspace: string;
  /** The group a machine joins that names none. */
  nodeGroup: string;
}

/** A machine as the store keeps it. */
export interface Machine {
  /** The control plane's machine id. */
  id: string;
  workspace: string;
  nodeGroup: string;
}

/**
 * The storage behind {@link createLoginHandler}. A method that rejects makes the handler answer the documented 500 of
 * its step (docs/protocol.md §4). The requests that it is given to keep have an empty `token`.
 */
export interface LoginStore {
  /** The registration that this token opens; undefined when unknown, revoked, expired or used up. Does not use it up. */
  findRegistration(token: string): Promise<Registration | undefined>;
  findMachine(machineId: string): Promise<Machine | undefined>;
  /** Undefined when no such group exists. */
  findNodeGroup(name: string): Promise<{ name: string; workspace: string } | undefined>;
  /** A known machine came again: keep what it says of itself. */
  updateMachine(machineId: string, request: LoginRequest): Promise<void>;
  /**
   * Adds a machine and uses the registration once, in one atomic step.
   *
   * @returns undefined when the registration was used up in the meantime.
   */
  addMachine(machine: Machine, registration: Registration, request: LoginRequest): Promise<Machine | undefined>;
  /** A session token for the machine: shown once, stored as a hash. */
  issueSessionToken(machineId: string): Promise<string>;
}
