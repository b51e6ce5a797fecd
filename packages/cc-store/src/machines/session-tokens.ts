import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { hashToken, newToken } from './token.js';

/** How long a token goes on opening after a newer one was issued, milliseconds: the answer with that one may be lost. */
export const overlapMs = 3_600_000;

/** The session tokens of machines. Rotation overlaps: an old one opens until a newer one was used, or an hour passed. */
export interface SessionTokens {
  /** Belongs inside a transaction. @returns the new token: shown once, kept as a hash. */
  issue(session: Session, machine: number, now: number): Promise<string>;
  /**
   * Whose token it is, when it opens. It is looked up by its SHA-256: how long that takes tells about hashes, from which
   * no token can be guessed.
   */
  find(session: Session, token: string, now: number): Promise<FoundToken | undefined>;
  /** Belongs inside a transaction: from now on the older tokens of the machine open nothing. */
  markUsed(session: Session, machine: number, id: number): Promise<void>;
}

export interface FoundToken {
  id: number;
  /** The machine's number. */
  machine: number;
  isFirstUse: boolean;
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
  const byHash = prepare(db, (db, p: Params<{ hash: Uint8Array }>) =>
    db.selectFrom('session_token').select(['id', 'machine', 'expires_at', 'used']).where('token_hash', '=', p.hash),
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
    async find(session, token, now) {
      const row = await session.first(byHash, { hash: hashToken(token) });
      if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined;
      return { id: row.id, machine: row.machine, isFirstUse: row.used === 0 };
    },
    async markUsed(session, machine, id) {
      await session.run(setUsed, { id });
      await session.run(dropOlder, { machine, id });
    },
  };
}
