import type { TokenIssuer } from '@moorline/cc-api/server';
import type { Store } from '@moorline/cc-store';
import { type Clock, systemClock } from '@moorline/core';
import type { EventIntake } from '../nats/event-intake.js';
import type { ControlWork } from './control-handlers.js';
import type { ControllerCommand } from '../controller/controller-work.js';
import type { DaemonCommand } from '../daemons/daemon-work.js';
import type { Registrations } from '../machines/registrations.js';
import type { LinkCommand } from '../links/link-work.js';
import type { SessionCommand } from '../sessions/session-work.js';
import type { StoreCommand } from './store-work.js';

export interface ControlWorkOptions {
  store: Store;
  registrations: Registrations;
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
): Omit<ControlWork, StoreCommand | DaemonCommand | SessionCommand | ControllerCommand | LinkCommand> {
  const { store, registrations, issuer, version, url, dataDir, intake, clock = systemClock } = options;
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
    'token-create': (registration) => registrations.create(registration),
    'token-list': () => registrations.list(),
    'token-revoke': async ({ id }) => ({ revoked: await registrations.revoke(id) }),
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
