import type { TokenIssuer } from '@moorline/cc-api/server';
import type { RegistrationRecord, Store } from '@moorline/cc-store';
import { type Clock, systemClock } from '@moorline/core';
import type { EventIntake } from '../nats/event-intake.js';
import type { ControlWork } from './control-handlers.js';
import type { ControlAnswer } from './protocol.js';
import type { ControllerCommand } from '../controller/controller-work.js';
import type { DaemonCommand } from '../daemons/daemon-work.js';
import type { SessionCommand } from '../sessions/session-work.js';
import type { StoreCommand } from './store-work.js';

export interface ControlWorkOptions {
  store: Store;
  issuer: TokenIssuer;
  version: string;
  url: string;
  dataDir: string;
  intake: EventIntake | undefined;
  clock?: Clock | undefined;
}

/** The commands that are about the server that runs, or that its machines and tokens come from. */
export function createControlWork(
  options: ControlWorkOptions,
): Omit<ControlWork, StoreCommand | DaemonCommand | SessionCommand | ControllerCommand> {
  const { store, issuer, version, url, dataDir, intake, clock = systemClock } = options;
  const { machines } = store;
  const startedAt = clock.now();
  return {
    async status() {
      const { jobs, runningJobs, machines, archiveQueue, fileBytes, writeMs, readMs } = await store.stats();
      return {
        version,
        url,
        pid: process.pid,
        startedAt,
        dataDir,
        jobs,
        runningJobs,
        machines,
        archiveQueue,
        databaseBytes: fileBytes,
        storeMs: writeMs + readMs,
        nats: intake?.status,
      };
    },
    async 'token-create'({ group, expiresInMs, uses, clusters }) {
      const expiresAt = clock.now() + expiresInMs;
      const wholeClusters = clusters.length === 0 ? undefined : clusters;
      const registration = { nodeGroup: group, expiresAt, maxUses: uses, clusters: wholeClusters };
      return { ...(await machines.createRegistration(registration)), expiresAt };
    },
    async 'token-list'() {
      return (await machines.listRegistrations()).map((registration) => listed(registration, clock.now()));
    },
    'token-revoke': async ({ id }) => ({ revoked: await machines.revokeRegistration(id) }),
    async 'jwt-create'({ user, roles, expiresInMs }) {
      const lifetimeSeconds = Math.ceil(expiresInMs / 1000);
      const token = await issuer.issue({ subject: user, roles, lifetimeSeconds });
      return { token, expiresAt: clock.now() + lifetimeSeconds * 1000 };
    },
    async 'machines-list'() {
      const all = await machines.listMachines();
      return all.map(({ id, number, nodeGroup, host, createdAt, updatedAt }) => ({
        id,
        number,
        group: nodeGroup,
        host,
        enrolledAt: createdAt,
        lastLoginAt: updatedAt,
      }));
    },
  };
}

function listed(registration: RegistrationRecord, now: number): ControlAnswer<'token-list'>[number] {
  const { id, nodeGroup, clusters = [], createdAt, expiresAt, maxUses, uses } = registration;
  return {
    id,
    group: nodeGroup,
    clusters,
    createdAt,
    expiresAt,
    usesLeft: maxUses === undefined ? undefined : Math.max(0, maxUses - uses),
    state: stateOf(registration, now),
  };
}

function stateOf(registration: RegistrationRecord, now: number): ControlAnswer<'token-list'>[number]['state'] {
  const { revokedAt, expiresAt = Infinity, maxUses = Infinity, uses } = registration;
  if (revokedAt !== undefined) return 'revoked';
  if (expiresAt <= now) return 'expired';
  return uses >= maxUses ? 'used up' : 'open';
}
