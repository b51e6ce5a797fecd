import { LineProtocolError } from '../errors.js';
import type { NatsConnection } from './connection.js';

/** A refusal of the server: it comes apart from the call that was refused. */
export interface PermissionViolation {
  readonly operation: string;
  readonly subject: string;
  /** `permission_denied`. */
  readonly error: LineProtocolError;
}

export interface StatusListener {
  reconnected?(): void;
  violated?(violation: PermissionViolation): void;
}

/** Listens to what the connection says of itself, in the words of both versions of the client, until the returned function is called. */
export function watchStatus(connection: NatsConnection, listener: StatusListener): () => void {
  const statuses = connection.status();
  void listen(statuses, listener);
  return () => {
    // Both clients' iterators have it, neither declares it; `return()` would wait for a status that may never come.
    const stop: unknown = Reflect.get(statuses, 'stop');
    if (typeof stop === 'function') stop.call(statuses);
  };
}

async function listen(statuses: AsyncIterable<{ readonly type: string }>, listener: StatusListener): Promise<void> {
  for await (const status of statuses) {
    if (status.type === 'reconnect') listener.reconnected?.();
    const violation = violationOf(status);
    if (violation !== undefined) listener.violated?.(violation);
  }
}

/** Version 3 puts operation and subject into `error`, version 2 into `permissionContext`. */
function violationOf(status: { readonly type: string }): PermissionViolation | undefined {
  if (status.type !== 'error') return undefined;
  const error: unknown = Reflect.get(status, 'error');
  const context: unknown = error ?? Reflect.get(status, 'permissionContext');
  if (typeof context !== 'object' || context === null) return undefined;
  const operation: unknown = Reflect.get(context, 'operation');
  const subject: unknown = Reflect.get(context, 'subject');
  if (typeof operation !== 'string' || typeof subject !== 'string') return undefined;
  const denied = new LineProtocolError(`${operation} of ${subject}: the server does not allow it`, {
    code: 'permission_denied',
    hint: "Allow the subject in the user's permissions on the server.",
    cause: error,
    details: { operation, subject },
  });
  return { operation, subject, error: denied };
}
