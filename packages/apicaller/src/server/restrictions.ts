import type { IncomingRequest } from '../wire/message.js';
import { failure } from './failure.js';

/** What goes on with the controllers, or with one model. */
export type ControllerState = 'normal' | 'upgrading' | 'migrating' | 'restoring';

/** What may be called although an upgrade or a migration is going on (docs/protocol.md §2.7). */
const allowed = new Set([
  'Pinger.Ping',
  'Client.FullStatus',
  'Client.FindTools',
  'Client.AbortCurrentUpgrade',
  'SSHClient.AllAddresses',
  'SSHClient.PrivateAddress',
  'SSHClient.Proxy',
  'SSHClient.PublicAddress',
]);

/** @throws RequestError where this may not be called now. */
export function checkRestrictions(state: ControllerState, { facade, method }: IncomingRequest): void {
  if (state !== 'upgrading' && state !== 'migrating') return;
  if (allowed.has(`${facade}.${method}`)) return;
  if (state === 'upgrading') throw failure('upgrade in progress', 'upgrade in progress');
  // Juju 3.6 sends this one without its code.
  throw failure('model migration in progress');
}
