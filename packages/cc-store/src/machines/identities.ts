import { randomUUID } from 'node:crypto';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { StoreError } from '../errors.js';
import type { CommitQueue } from '../sql/commit-queue.js';
import { hashPassword, isPassword, newPassword } from './password.js';
import { hashToken } from './token.js';

/** Who this control plane is to Juju's agents: made at the first question, kept for ever. */
export interface ControlPlane {
  controllerUuid: string;
  /** The one model, in which all machines are. */
  modelUuid: string;
}

/** How far gone a machine is, in Juju's words. */
export type MachineLife = 'alive' | 'dying' | 'dead';

/** A machine as Juju's agents know it. */
export interface MachineEntity {
  /** `machine-` and the machine's number. */
  tag: string;
  life: MachineLife;
  /** What the machine was provisioned with: it logs in with it beside its password. */
  nonce: string;
}

/** What a machine is told once. */
export interface NewIdentity extends ControlPlane {
  tag: string;
  nonce: string;
  /** The first password; a secret. The store has its hash alone. */
  password: string;
}

/**
 * The Juju identities of machines. `find`, `isPassword` and `setPassword` are an `EntityStore` of `@moorline/apicaller/server`;
 * everything is in the model of {@link ControlPlane}, and nothing in another one.
 */
export interface Identities {
  controlPlane(): Promise<ControlPlane>;
  /**
   * Makes the identity of a machine that has none. The same claim made again makes the first password anew, for an answer that
   * was lost, until the machine has set a password of its own.
   *
   * @param claim a secret that the machine made up, and keeps until it has the answer on its disk.
   * @returns undefined where the machine has an identity that this claim does not open.
   * @throws StoreError `invalid_argument` for an unknown machine.
   */
  create(machineId: string, claim: string): Promise<NewIdentity | undefined>;
  /** Takes a machine's identity away, so that a new one can be made. @returns its tag; undefined where it had none. */
  reset(machineId: string): Promise<string | undefined>;
  find(tag: string, model: string | undefined): Promise<MachineEntity | undefined>;
  /** Takes as long for a tag that nobody has. */
  isPassword(tag: string, password: string, model: string | undefined): Promise<boolean>;
  /** Puts a password in the place of the one before; without an identity of this tag, nothing. */
  setPassword(tag: string, password: string, model: string | undefined): Promise<void>;
  /** @returns whether there is such an identity. */
  setLife(tag: string, life: MachineLife): Promise<boolean>;
}

/** @param now Unix milliseconds. */
export function createIdentities(
  db: StoreDatabase,
  queue: CommitQueue,
  reading: Session,
  writing: Session,
  now: () => number,
): Identities {
  const statements = prepareStatements(db);
  let known: Promise<ControlPlane> | undefined;

  const make = async (session: Session): Promise<ControlPlane> => {
    // Two servers at once: both read what the first has written.
    await session.run(statements.insertPlane, { controllerUuid: randomUUID(), modelUuid: randomUUID() });
    const row = await session.first(statements.plane, {});
    if (row === undefined) throw new StoreError('the control plane has no name', { code: 'query_failed' });
    return { controllerUuid: row.controller_uuid, modelUuid: row.model_uuid };
  };
  const controlPlane = (): Promise<ControlPlane> => {
    known ??= queue
      .write(() => make(writing))
      .catch((error: unknown) => {
        known = undefined;
        throw error;
      });
    return known;
  };
  const read = async (tag: string, model: string | undefined) => {
    const { modelUuid } = await controlPlane();
    const machine = numberOf(tag);
    if (machine === undefined || model !== modelUuid) return undefined;
    return reading.first(statements.find, { machine });
  };

  return {
    controlPlane,
    async create(machineId, claim) {
      const plane = await controlPlane();
      return queue.write(async () => {
        const machine = (await writing.first(statements.machine, { id: machineId }))?.number;
        if (machine === undefined) throw unknownMachine(machineId);
        const claimHash = hashToken(claim);
        const password = newPassword();
        const made = { machine, claimHash, nonce: randomUUID(), ...hashPassword(password), now: now() };
        // Each of them whole, so that of many servers one makes it.
        const isNew = (await writing.run(statements.insert, made)) > 0;
        if (!isNew && (await writing.run(statements.setFirstPassword, made)) === 0) return undefined;
        const nonce = isNew ? made.nonce : (await writing.first(statements.find, { machine }))?.nonce;
        if (nonce === undefined) return undefined;
        return { ...plane, tag: tagOf(machine), nonce, password };
      });
    },
    reset: (machineId) =>
      queue.write(async () => {
        const machine = (await writing.first(statements.machine, { id: machineId }))?.number;
        if (machine === undefined) throw unknownMachine(machineId);
        return (await writing.run(statements.remove, { machine })) > 0 ? tagOf(machine) : undefined;
      }),
    async find(tag, model) {
      const row = await read(tag, model);
      return row === undefined ? undefined : { tag, life: row.life as MachineLife, nonce: row.nonce };
    },
    async isPassword(tag, password, model) {
      const row = await read(tag, model);
      return isPassword(password, row && { salt: bytesOf(row.password_salt), hash: bytesOf(row.password_hash) });
    },
    async setPassword(tag, password, model) {
      const { modelUuid } = await controlPlane();
      const machine = numberOf(tag);
      if (machine === undefined || model !== modelUuid) return;
      await queue.write(() => writing.run(statements.setPassword, { machine, ...hashPassword(password) }));
    },
    async setLife(tag, life) {
      const machine = numberOf(tag);
      if (machine === undefined) return false;
      return (await queue.write(() => writing.run(statements.setLife, { machine, life }))) > 0;
    },
  };
}

function prepareStatements(db: StoreDatabase) {
  return {
    plane: prepare(db, (db, _: Params<object>) =>
      db.selectFrom('control_plane').select(['controller_uuid', 'model_uuid']).where('id', '=', 1),
    ),
    insertPlane: prepare(db, (db, p: Params<ControlPlane>) =>
      db
        .insertInto('control_plane')
        .values({ id: 1, controller_uuid: p.controllerUuid, model_uuid: p.modelUuid })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    ),
    machine: prepare(db, (db, p: Params<{ id: string }>) =>
      db.selectFrom('machine').select('number').where('id', '=', p.id),
    ),
    find: prepare(db, (db, p: Params<{ machine: number }>) =>
      db
        .selectFrom('machine_identity')
        .select(['nonce', 'password_salt', 'password_hash', 'life'])
        .where('machine', '=', p.machine),
    ),
    insert: prepare(db, (db, p: Params<Password & { nonce: string; claimHash: Uint8Array; now: number }>) =>
      db
        .insertInto('machine_identity')
        .values({
          machine: p.machine,
          nonce: p.nonce,
          claim_hash: p.claimHash,
          password_salt: p.salt,
          password_hash: p.hash,
          life: 'alive',
          created_at: p.now,
        })
        .onConflict((conflict) => conflict.column('machine').doNothing()),
    ),
    setFirstPassword: prepare(db, (db, p: Params<Password & { claimHash: Uint8Array }>) =>
      db
        .updateTable('machine_identity')
        .set({ password_salt: p.salt, password_hash: p.hash })
        .where('machine', '=', p.machine)
        .where('claim_hash', '=', p.claimHash),
    ),
    setPassword: prepare(db, (db, p: Params<Password>) =>
      db
        .updateTable('machine_identity')
        .set({ password_salt: p.salt, password_hash: p.hash, claim_hash: null })
        .where('machine', '=', p.machine),
    ),
    setLife: prepare(db, (db, p: Params<{ machine: number; life: string }>) =>
      db.updateTable('machine_identity').set({ life: p.life }).where('machine', '=', p.machine),
    ),
    remove: prepare(db, (db, p: Params<{ machine: number }>) =>
      db.deleteFrom('machine_identity').where('machine', '=', p.machine),
    ),
  };
}

interface Password {
  machine: number;
  salt: Uint8Array;
  hash: Uint8Array;
}

const tagOf = (machine: number): string => `machine-${machine}`;

/** The number in a machine's tag; undefined for tags of others, and of containers, of which there are none here. */
function numberOf(tag: string): number | undefined {
  const [, digits] = /^machine-([1-9]\d{0,8})$/.exec(tag) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

const unknownMachine = (id: string): StoreError =>
  new StoreError(`no machine has the id ${id}`, { code: 'invalid_argument' });
