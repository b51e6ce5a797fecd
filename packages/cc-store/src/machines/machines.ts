import { toNodeName } from '@moorline/cc-api';
import type { ReportScope } from '@moorline/cc-api/server';
import type { Change } from '../changes/change.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { StoreError } from '../errors.js';
import type { CommitQueue } from '../sql/commit-queue.js';
import { createRegistrations, type NewRegistration, type RegistrationRecord } from './registrations.js';
import { createSessionTokens, type FoundToken, type SessionTokens } from './session-tokens.js';

/** A machine that enrolled. */
export interface MachineRecord {
  /** The control plane's id of it. */
  id: string;
  /** 1, 2, 3 …; never given twice. */
  number: number;
  workspace: string;
  /** The group, and so the cluster, that it belongs to. */
  nodeGroup: string;
  /** Its name in that cluster. */
  host: string;
  /** What it may report for and read. */
  scope: ReportScope[];
  /** What it said of itself at its last login, without the token. */
  inventory: Record<string, unknown>;
  /** Unix milliseconds. */
  createdAt: number;
  updatedAt: number;
}

/** What the store keeps of a login request: any object with the name at `machineInfo.hostname`. */
export interface MachineReport {
  machineInfo?: { hostname?: string | undefined } | undefined;
}

/** Machines and their two secrets. The first six methods are a `LoginStore` of `@moorline/login-client/server`. */
export interface Machines {
  findRegistration(token: string): Promise<{ id: string; workspace: string; nodeGroup: string } | undefined>;
  findMachine(machineId: string): Promise<MachineRecord | undefined>;
  /** A group exists once a registration token was made for it. */
  findNodeGroup(name: string): Promise<{ name: string; workspace: string } | undefined>;
  updateMachine(machineId: string, report: MachineReport): Promise<void>;
  /** @returns undefined when the registration was used up, revoked or expired in the meantime. */
  addMachine(
    machine: { id: string; workspace: string; nodeGroup: string },
    registration: { id: string },
    report: MachineReport,
  ): Promise<MachineRecord | undefined>;
  /** @throws StoreError `invalid_argument` for an unknown machine. */
  issueSessionToken(machineId: string): Promise<string>;
  /**
   * A token that the machine did not ask for: its present one opens until some minutes after this one was used.
   *
   * @throws StoreError `invalid_argument` for an unknown machine.
   */
  rotateSessionToken(machineId: string): Promise<string>;

  /** @returns the token: shown once, kept as a hash. @throws StoreError `invalid_argument`. */
  createRegistration(registration: NewRegistration): Promise<{ id: string; token: string }>;
  listRegistrations(): Promise<RegistrationRecord[]>;
  /** Its machines stay. @returns whether there was such a registration that was not revoked. */
  revokeRegistration(id: string): Promise<boolean>;
  /** The machine that presents this session token; undefined when machine or token are unknown, or the token opens no more. */
  authenticateSession(machineId: string, sessionToken: string): Promise<MachineRecord | undefined>;
  /** The machine whose session token this is; undefined when it is nobody's, or opens no more. */
  findSessionMachine(sessionToken: string): Promise<MachineRecord | undefined>;
  /** Whether this session token opens, whosever it is. */
  isSessionToken(sessionToken: string): Promise<boolean>;
  /** By number. */
  listMachines(): Promise<MachineRecord[]>;
}

/** @param now Unix milliseconds. */
export function createMachines(
  db: StoreDatabase,
  queue: CommitQueue,
  reading: Session,
  writing: Session,
  now: () => number,
): Machines {
  const registrations = createRegistrations(db);
  const tokens = createSessionTokens(db);

  const select = (db: StoreDatabase) =>
    db
      .selectFrom('machine')
      .innerJoin('registration', 'registration.id', 'machine.registration')
      .select([
        'machine.number',
        'machine.id',
        'machine.workspace',
        'machine.node_group',
        'machine.host',
        'machine.inventory',
        'machine.created_at',
        'machine.updated_at',
        'registration.clusters',
      ]);
  const byId = prepare(db, (db, p: Params<{ id: string }>) => select(db).where('machine.id', '=', p.id));
  const byNumber = prepare(db, (db, p: Params<{ number: number }>) =>
    select(db).where('machine.number', '=', p.number),
  );
  const all = prepare(db, (db, _: Params<object>) => select(db).orderBy('machine.number'));
  const insert = prepare(db, (db, p: Params<NewMachine>) =>
    db.insertInto('machine').values({
      id: p.id,
      workspace: p.workspace,
      node_group: p.nodeGroup,
      host: p.host,
      registration: p.registration,
      inventory: p.inventory,
      created_at: p.now,
      updated_at: p.now,
    }),
  );
  const update = prepare(db, (db, p: Params<{ id: string; host: string; inventory: string; now: number }>) =>
    db.updateTable('machine').set({ host: p.host, inventory: p.inventory, updated_at: p.now }).where('id', '=', p.id),
  );

  const find = async (session: Session, id: string): Promise<MachineRecord | undefined> => {
    const row = await session.first(byId, { id });
    return row === undefined ? undefined : toRecord(row);
  };
  const keepReport = async (known: MachineRecord, report: MachineReport): Promise<void> => {
    await writing.run(update, {
      id: known.id,
      host: hostOf(report, known.host),
      inventory: inventoryOf(report),
      now: now(),
    });
  };

  const findSession = async (token: string): Promise<FoundToken | undefined> => {
    const found = await tokens.find(reading, token, now());
    if (found?.isFirstUse === true) await queue.write(() => tokens.markUsed(writing, found.machine, found.id, now()));
    return found;
  };

  const newSessionToken = (id: string, make: SessionTokens['issue']): Promise<string> =>
    queue.write(async () => {
      const known = await find(writing, id);
      if (known === undefined) throw new StoreError(`no machine has the id ${id}`, { code: 'invalid_argument' });
      return make(writing, known.number, now());
    });

  return {
    findRegistration: (token) => registrations.find(reading, token, now()),
    findMachine: (id) => find(reading, id),
    async findNodeGroup(name) {
      const workspace = await registrations.workspaceOf(reading, name);
      return workspace === undefined ? undefined : { name, workspace };
    },
    updateMachine: (id, report) =>
      queue.write(
        async () => {
          const known = await find(writing, id);
          if (known !== undefined) await keepReport(known, report);
        },
        undefined,
        () => [{ kind: 'machine', change: 'enrolled', id }],
      ),
    addMachine(machine, registration, report) {
      const add = async (): Promise<MachineRecord | undefined> => {
        const known = await find(writing, machine.id);
        if (known !== undefined) {
          // Two logins of one machine at once: the second finds what the first added, and uses up nothing.
          await keepReport(known, report);
          return find(writing, machine.id);
        }
        if (!(await registrations.use(writing, registration.id, now()))) return undefined;
        await writing.run(insert, {
          ...machine,
          registration: registration.id,
          host: hostOf(report, machine.id),
          inventory: inventoryOf(report),
          now: now(),
        });
        return find(writing, machine.id);
      };
      const enrolled: Change = { kind: 'machine', change: 'enrolled', id: machine.id };
      return queue.write(add, undefined, (added) => (added === undefined ? [] : [enrolled]));
    },
    issueSessionToken: (id) => newSessionToken(id, tokens.issue),
    rotateSessionToken: (id) => newSessionToken(id, tokens.rotate),

    createRegistration: (registration) => queue.write(() => registrations.create(writing, registration, now())),
    listRegistrations: () => registrations.list(reading),
    revokeRegistration: (id) => queue.write(() => registrations.revoke(writing, id, now())),
    async authenticateSession(id, token) {
      const machine = await find(reading, id);
      const found = await findSession(token);
      return found?.machine === machine?.number ? machine : undefined;
    },
    async findSessionMachine(token) {
      const found = await findSession(token);
      const row = found === undefined ? undefined : await reading.first(byNumber, { number: found.machine });
      return row === undefined ? undefined : toRecord(row);
    },
    isSessionToken: async (token) => (await findSession(token)) !== undefined,
    listMachines: async () => (await reading.all(all, {})).map(toRecord),
  };
}

interface NewMachine {
  id: string;
  workspace: string;
  nodeGroup: string;
  host: string;
  registration: string;
  inventory: string;
  now: number;
}

interface Row {
  number: number;
  id: string;
  workspace: string;
  node_group: string;
  host: string;
  inventory: string;
  created_at: number;
  updated_at: number;
  clusters: string | null;
}

function toRecord(row: Row): MachineRecord {
  const { id, number, workspace, node_group: nodeGroup, host } = row;
  const clusters = row.clusters === null ? undefined : (JSON.parse(row.clusters) as string[]);
  return {
    id,
    number,
    workspace,
    nodeGroup,
    host,
    scope: clusters === undefined ? [{ cluster: nodeGroup, hosts: [host] }] : clusters.map((cluster) => ({ cluster })),
    inventory: JSON.parse(row.inventory) as Record<string, unknown>,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The name in the cluster; a machine that gives none that can be one is known by what came before. */
function hostOf(report: MachineReport, fallback: string): string {
  for (const name of [report.machineInfo?.hostname, fallback]) {
    try {
      if (name !== undefined && name !== '') return toNodeName(name);
    } catch {
      // No letter and no digit in it: try the next.
    }
  }
  return 'unnamed';
}

/** Without the registration token: the store keeps no secret that it does not need. */
function inventoryOf(report: MachineReport): string {
  const { token: _, ...kept } = report as MachineReport & { token?: unknown };
  return JSON.stringify(kept);
}
