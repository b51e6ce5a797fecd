import type { CreatedRegistration, NewRegistration, Registration } from '@moorline/control-api';
import type { Machines, RegistrationRecord } from '@moorline/cc-store';
import { type Clock, systemClock } from '@moorline/core';

/** Registration tokens as operators see them. */
export interface Registrations {
  create(registration: NewRegistration): Promise<CreatedRegistration>;
  list(): Promise<Registration[]>;
  /** @returns whether there was one that was not revoked. */
  revoke(id: string): Promise<boolean>;
}

type RegistrationStore = Pick<Machines, 'createRegistration' | 'listRegistrations' | 'revokeRegistration'>;

export function createRegistrations(machines: RegistrationStore, clock: Clock = systemClock): Registrations {
  return {
    async create({ group, expiresInMs, uses, clusters }) {
      const expiresAt = clock.now() + expiresInMs;
      const wholeClusters = clusters.length === 0 ? undefined : clusters;
      const registration = { nodeGroup: group, expiresAt, maxUses: uses, clusters: wholeClusters };
      return { ...(await machines.createRegistration(registration)), expiresAt };
    },
    list: async () => (await machines.listRegistrations()).map((one) => shown(one, clock.now())),
    revoke: (id) => machines.revokeRegistration(id),
  };
}

function shown(registration: RegistrationRecord, now: number): Registration {
  const { id, nodeGroup, clusters = [], createdAt, expiresAt, maxUses, uses } = registration;
  return {
    ...{ id, group: nodeGroup, clusters: [...clusters], createdAt, state: stateOf(registration, now) },
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(maxUses === undefined ? {} : { usesLeft: Math.max(0, maxUses - uses) }),
  };
}

function stateOf(registration: RegistrationRecord, now: number): Registration['state'] {
  const { revokedAt, expiresAt = Infinity, maxUses = Infinity, uses } = registration;
  if (revokedAt !== undefined) return 'revoked';
  if (expiresAt <= now) return 'expired';
  return uses >= maxUses ? 'used up' : 'open';
}
