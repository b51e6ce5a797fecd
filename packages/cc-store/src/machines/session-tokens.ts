import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { hashToken, newToken } from './token.js';

/** How long a token goes on opening after a newer one was issued, milliseconds: the answer with that one may be lost. */
const overlapMs = 3_600_000;

/**
 * How long a token goes on opening after a newer one was used for the first time, milliseconds: an agent tries a new token
 * before it takes it, and connects with it half a minute later.
 */
const graceMs = 300_000;

/** The session tokens of machines. An old one opens for some minutes after a newer one was used, and no longer. */
export interface SessionTokens {
  /**
   * For a login, which the machine has asked for: older tokens open for another hour at most. Belongs inside a transaction.
   *
   * @returns the new token: shown once, kept as a hash.
   */
  issue(session: Session, machine: number, now: number): Promise<string>;
  /**
   * Whose token it is, when it opens. It is looked up by its SHA-256: how long that takes tells about hashes, from which
   * no token can be guessed.
   */
  find(session: Session, token: string, now: number): Promise<FoundToken | undefined>;
  /**
   * For a machine that may never hear of it: the tokens that it uses open as before. Belongs inside a transaction.
   *
   * @returns the new token.
   */
  rotate(session: Session, machine: number, now: number): Promise<string>;
  /** Belongs inside a transaction: the older tokens of the machine open for a few minutes more. */
  markUsed(session: Session, machine: number, id: number, now: number): Promise<void>;
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
  const expireUnused = prepare(db, (db, p: Params<{ machine: number; expiresAt: number }>) =>
    db
      .updateTable('session_token')
      .set({ expires_at: p.expiresAt })
      .where('machine', '=', p.machine)
      .where('used', '=', 0)
      .where('expires_at', 'is', null),
  );
  const expireBefore = prepare(db, (db, p: Params<{ machine: number; id: number; expiresAt: number }>) =>
    db
      .updateTable('session_token')
      .set({ expires_at: p.expiresAt })
      .where('machine', '=', p.machine)
      .where('id', '<', p.id)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', p.expiresAt)])),
  );

  const add = async (session: Session, machine: number, now: number): Promise<string> => {
    const token = newToken('msess');
    await session.run(insert, { machine, hash: hashToken(token), now });
    return token;
  };

  return {
    async issue(session, machine, now) {
      await session.run(dropExpired, { machine, now });
      await session.run(expireOlder, { machine, expiresAt: now + overlapMs });
      return add(session, machine, now);
    },
    async rotate(session, machine, now) {
      await session.run(dropExpired, { machine, now });
      // Of rotations that the machine has not heard of.
      await session.run(expireUnused, { machine, expiresAt: now + overlapMs });
      return add(session, machine, now);
    },
    async find(session, token, now) {
      const row = await session.first(byHash, { hash: hashToken(token) });
      if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined;
      return { id: row.id, machine: row.machine, isFirstUse: row.used === 0 };
    },
    async markUsed(session, machine, id, now) {
      await session.run(setUsed, { id });
      await session.run(expireBefore, { machine, id, expiresAt: now + graceMs });
    },
  };
}
