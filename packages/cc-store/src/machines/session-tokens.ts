import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { hashToken, isSameHash, newToken } from './token.js';

/** How long a token goes on opening after a newer one was issued, milliseconds: the answer with that one may be lost. */
export const overlapMs = 3_600_000;

/** The session tokens of machines. Rotation overlaps: an old one opens until a newer one was used, or an hour passed. */
export interface SessionTokens {
  /** Belongs inside a transaction. @returns the new token: shown once, kept as a hash. */
  issue(session: Session, machine: number, now: number): Promise<string>;
  /** The row of the token when it opens. Constant time over the machine's tokens. */
  find(
    session: Session,
    machine: number,
    token: string,
    now: number,
  ): Promise<{ id: number; isFirstUse: boolean } | undefined>;
  /** Belongs inside a transaction: from now on the older tokens of the machine open nothing. */
  markUsed(session: Session, machine: number, id: number): Promise<void>;
}

export function createSessionTokens(db: StoreDatabase): SessionTokens {
  const insert = prepare(db, (db, p: Params<{ machine: number; hash: Uint8Array; now: number }>) =>
    db
      .insertInto('session_token')
      .values({ machine: p.machine, token_hash: p.hash, issued_at: p.now, expires_at: null, used: 0 }),
  );
  const expireOlder = prepare(db, (db, p: Params<{ machine: number; expiresAt: number }>) =>
    db
      .updateTable('session_token')
      .set({ expires_at: p.expiresAt })
      .where('machine', '=', p.machine)
      .where('expires_at', 'is', null),
  );
  const dropExpired = prepare(db, (db, p: Params<{ machine: number; now: number }>) =>
    db.deleteFrom('session_token').where('machine', '=', p.machine).where('expires_at', '<=', p.now),
  );
  const byMachine = prepare(db, (db, p: Params<{ machine: number }>) =>
    db.selectFrom('session_token').select(['id', 'token_hash', 'expires_at', 'used']).where('machine', '=', p.machine),
  );
  const setUsed = prepare(db, (db, p: Params<{ id: number }>) =>
    db.updateTable('session_token').set({ used: 1 }).where('id', '=', p.id),
  );
  const dropOlder = prepare(db, (db, p: Params<{ machine: number; id: number }>) =>
    db.deleteFrom('session_token').where('machine', '=', p.machine).where('id', '<', p.id),
  );

  return {
    async issue(session, machine, now) {
      const token = newToken('msess');
      await session.run(dropExpired, { machine, now });
      await session.run(expireOlder, { machine, expiresAt: now + overlapMs });
      await session.run(insert, { machine, hash: hashToken(token), now });
      return token;
    },
    async find(session, machine, token, now) {
      const hash = hashToken(token);
      let found: { id: number; isFirstUse: boolean } | undefined;
      for (const row of await session.all(byMachine, { machine })) {
        const isOpen = row.expires_at === null || row.expires_at > now;
        if (isSameHash(bytesOf(row.token_hash), hash) && isOpen) found = { id: row.id, isFirstUse: row.used === 0 };
      }
      return found;
    },
    async markUsed(session, machine, id) {
      await session.run(setUsed, { id });
      await session.run(dropOlder, { machine, id });
    },
  };
}
