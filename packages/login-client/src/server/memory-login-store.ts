import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '@moorline/core';
import type { LoginRequest } from '../wire/login-request.js';
import { equalInConstantTime } from './constant-time.js';
import type { LoginStore, Machine, Registration } from './login-store.js';
import type { SessionStore } from './session/session-store.js';
import { tokenHash } from './token-hash.js';

/** What {@link MemoryLoginStore.addRegistration} takes. */
export interface NewRegistration {
  token: string;
  /** Default `default`. */
  workspace?: string | undefined;
  /** The group of machines that name none; made where it is new. Default none: such machines are refused. */
  nodeGroup?: string | undefined;
  /** Milliseconds since 1970. Default never. */
  expiresAt?: number | undefined;
  /** Machines that may enrol with it, ≥ 1. Default any number. */
  maxUses?: number | undefined;
}

/** A machine with what it last said of itself; `request.token` is empty. */
export interface StoredMachine extends Machine {
  request: LoginRequest;
}

/** A {@link LoginStore} and {@link SessionStore} in memory, for tests and first steps: it forgets everything when the process ends. */
export interface MemoryLoginStore extends LoginStore, SessionStore {
  addRegistration(registration: NewRegistration): Registration;
  /** Machines that were enrolled with the token stay. */
  revokeRegistration(token: string): void;
  addNodeGroup(group: { name: string; workspace?: string | undefined }): void;
  /** In the order of their enrolment. */
  machines(): StoredMachine[];
  /** Whether the token is one of the machine's two newest. */
  isSessionToken(machineId: string, token: string): boolean;
}

export function createMemoryLoginStore(options: { clock?: Clock | undefined } = {}): MemoryLoginStore {
  const { clock = systemClock } = options;
  const registrations = new Map<string, Registration & { expiresAt: number; usesLeft: number }>();
  const groups = new Map<string, { name: string; workspace: string }>();
  const machines = new Map<string, StoredMachine>();
  const sessions = new Map<string, string[]>();
  const isOpen = (registration: { expiresAt: number; usesLeft: number }): boolean =>
    registration.expiresAt > clock.now() && registration.usesLeft > 0;
  const issue = (machineId: string): string => {
    const token = randomBytes(32).toString('base64url');
    sessions.set(machineId, [...(sessions.get(machineId) ?? []).slice(-1), tokenHash(token)]);
    return token;
  };

  return {
    addRegistration({ token, workspace = 'default', nodeGroup = '', expiresAt = Infinity, maxUses = Infinity }) {
      const registration = { id: crypto.randomUUID(), workspace, nodeGroup, expiresAt, usesLeft: maxUses };
      registrations.set(tokenHash(token), registration);
      if (nodeGroup !== '' && !groups.has(nodeGroup)) groups.set(nodeGroup, { name: nodeGroup, workspace });
      return { id: registration.id, workspace, nodeGroup };
    },
    revokeRegistration(token) {
      registrations.delete(tokenHash(token));
    },
    addNodeGroup({ name, workspace = 'default' }) {
      groups.set(name, { name, workspace });
    },
    machines: () => [...machines.values()],
    isSessionToken(machineId, token) {
      const hash = tokenHash(token);
      return (sessions.get(machineId) ?? []).some((known) => equalInConstantTime(known, hash));
    },

    findRegistration(token) {
      const found = registrations.get(tokenHash(token));
      return Promise.resolve(found !== undefined && isOpen(found) ? found : undefined);
    },
    findMachine: (machineId) => Promise.resolve(machines.get(machineId)),
    findNodeGroup: (name) => Promise.resolve(groups.get(name)),
    updateMachine(machineId, request) {
      const machine = machines.get(machineId);
      if (machine !== undefined) machines.set(machineId, { ...machine, request });
      return Promise.resolve();
    },
    addMachine(machine, registration, request) {
      const used = [...registrations.values()].find(({ id }) => id === registration.id);
      if (used === undefined || !isOpen(used)) return Promise.resolve(undefined);
      used.usesLeft--;
      machines.set(machine.id, { ...machine, request });
      return Promise.resolve(machine);
    },
    issueSessionToken: (machineId) => Promise.resolve(issue(machineId)),
    rotateSessionToken: (machineId) => Promise.resolve(issue(machineId)),
    findSessionMachine(token) {
      const hash = tokenHash(token);
      const [id] = [...sessions].find(([, known]) => known.some((one) => equalInConstantTime(one, hash))) ?? [];
      const machine = id === undefined ? undefined : machines.get(id);
      return Promise.resolve(machine && { ...machine, agentVersion: machine.request.machineInfo?.gpudVersion });
    },
  };
}
