import { randomUUID } from 'node:crypto';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { StoreError } from '../errors.js';
import { hashToken, isSameHash, newToken } from './token.js';

/** What a new registration token opens. */
export interface NewRegistration {
  /** The group, and so the cluster, that its machines join. */
  nodeGroup: string;
  /** Default `default`. */
  workspace?: string | undefined;
  /** Unix milliseconds; absent = never. */
  expiresAt?: number | undefined;
  /** How many machines may join with it, ≥ 1; absent = any number. */
  maxUses?: number | undefined;
  /** Clusters that its machines may report for as a whole (a head node, a replay); `*` = every one. Absent = each for its own host. */
  clusters?: readonly string[] | undefined;
}

/** A registration token as it is kept: not the token, its hash alone. */
export interface RegistrationRecord {
  id: string;
  workspace: string;
  nodeGroup: string;
  clusters?: string[];
  maxUses?: number;
  /** Machines that joined with it. */
  uses: number;
  /** Unix milliseconds. */
  createdAt: number;
  expiresAt?: number;
  revokedAt?: number;
}

/** Registration tokens. Every method belongs inside a transaction or reads. */
export interface Registrations {
  create(session: Session, registration: NewRegistration, now: number): Promise<{ id: string; token: string }>;
  list(session: Session): Promise<RegistrationRecord[]>;
  /** @returns whether there was such a registration that still opened something. */
  revoke(session: Session, id: string, now: number): Promise<boolean>;
  /** The usable registration of a token. */
  find(session: Session, token: string, now: number): Promise<RegistrationRecord | undefined>;
  /** Counts one use. @returns false when it is used up, revoked or expired by now. */
  use(session: Session, id: string, now: number): Promise<boolean>;
  /** The workspace of a group that some registration names. */
  workspaceOf(session: Session, nodeGroup: string): Promise<string | undefined>;
}

export function createRegistrations(db: StoreDatabase): Registrations {
  const insert = prepare(db, (db, p: Params<Row & { hash: Uint8Array }>) =>
    db.insertInto('registration').values({
      id: p.id,
      token_hash: p.hash,
      workspace: p.workspace,
      node_group: p.node_group,
      clusters: p.clusters,
      max_uses: p.max_uses,
      uses: 0,
      created_at: p.created_at,
      expires_at: p.expires_at,
      revoked_at: null,
    }),
  );
  const columns = [
    'id',
    'workspace',
    'node_group',
    'clusters',
    'max_uses',
    'uses',
    'created_at',
    'expires_at',
    'revoked_at',
  ] as const;
  const all = prepare(db, (db, _: Params<object>) =>
    db.selectFrom('registration').select(columns).orderBy('created_at').orderBy('id'),
  );
  const byHash = prepare(db, (db, p: Params<{ hash: Uint8Array }>) =>
    db
      .selectFrom('registration')
      .select([...columns, 'token_hash'])
      .where('token_hash', '=', p.hash),
  );
  const setRevoked = prepare(db, (db, p: Params<{ id: string; now: number }>) =>
    db.updateTable('registration').set({ revoked_at: p.now }).where('id', '=', p.id).where('revoked_at', 'is', null),
  );
  const countUse = prepare(db, (db, p: Params<{ id: string; now: number }>) =>
    db
      .updateTable('registration')
      .set((row) => ({ uses: row('uses', '+', 1) }))
      .where('id', '=', p.id)
      .where('revoked_at', 'is', null)
      .where((row) => row.or([row('max_uses', 'is', null), row('uses', '<', row.ref('max_uses'))]))
      .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', p.now)])),
  );
  const groupWorkspace = prepare(db, (db, p: Params<{ nodeGroup: string }>) =>
    db
      .selectFrom('registration')
      .select('workspace')
      .where('node_group', '=', p.nodeGroup)
      .orderBy('created_at')
      .limit(1),
  );

  return {
    async create(session, registration, now) {
      const { nodeGroup, workspace = 'default', expiresAt, maxUses, clusters } = registration;
      if (nodeGroup === '') fail('nodeGroup is empty');
      if (maxUses !== undefined && !(Number.isInteger(maxUses) && maxUses >= 1))
        fail(`maxUses is ${maxUses}, not an integer ≥ 1`);
      if (expiresAt !== undefined && !(expiresAt > now)) fail('expiresAt is not in the future');
      const id = randomUUID();
      const token = newToken('mreg');
      await session.run(insert, {
        id,
        hash: hashToken(token),
        workspace,
        node_group: nodeGroup,
        clusters: clusters === undefined ? null : JSON.stringify(clusters),
        max_uses: maxUses ?? null,
        uses: 0,
        created_at: now,
        expires_at: expiresAt ?? null,
        revoked_at: null,
      });
      return { id, token };
    },
    list: async (session) => (await session.all(all, {})).map(toRecord),
    revoke: async (session, id, now) => (await session.run(setRevoked, { id, now })) > 0,
    async find(session, token, now) {
      const hash = hashToken(token);
      const row = await session.first(byHash, { hash });
      if (row === undefined || !isSameHash(bytesOf(row.token_hash), hash)) return undefined;
      const isUsable =
        row.revoked_at === null &&
        (row.expires_at === null || row.expires_at > now) &&
        (row.max_uses === null || row.uses < row.max_uses);
      return isUsable ? toRecord(row) : undefined;
    },
    use: async (session, id, now) => (await session.run(countUse, { id, now })) > 0,
    workspaceOf: async (session, nodeGroup) => (await session.first(groupWorkspace, { nodeGroup }))?.workspace,
  };
}

interface Row {
  id: string;
  workspace: string;
  node_group: string;
  clusters: string | null;
  max_uses: number | null;
  uses: number;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
}

function toRecord(row: Row): RegistrationRecord {
  return {
    id: row.id,
    workspace: row.workspace,
    nodeGroup: row.node_group,
    ...(row.clusters === null ? {} : { clusters: JSON.parse(row.clusters) as string[] }),
    ...(row.max_uses === null ? {} : { maxUses: row.max_uses }),
    uses: row.uses,
    createdAt: row.created_at,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  };
}

function fail(what: string): never {
  throw new StoreError(`creating a registration token failed: ${what}`, { code: 'invalid_argument' });
}
