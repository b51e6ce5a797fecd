import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { CommitQueue } from '../sql/commit-queue.js';

/** What an agent does, as it says. Times are Unix milliseconds by the agent's clock. */
export interface EngineReport {
  agentVersion: string;
  startedAt: number;
  at: number;
  workers: {
    name: string;
    state: string;
    startedAt?: number;
    restarts?: number;
    /** Why it does not run. */
    error?: string;
    /** Workers that it waits for. */
    needs?: string[];
  }[];
  /** What waits on the agent's disk. */
  spool: { entries: number; bytes: number; oldestAt?: number };
}

/** The newest report of a machine. */
export interface MachineEngineReport {
  machineId: string;
  /** When it came, Unix milliseconds by this control plane's clock: then the machine was seen. */
  reportedAt: number;
  report: EngineReport;
}

/** What agents say of their engines; of each machine the newest is kept. */
export interface MachineReports {
  /** @param report checked: it is kept as it is. @returns false where there is no such machine. */
  put(machineId: string, report: EngineReport): Promise<boolean>;
  find(machineId: string): Promise<MachineEngineReport | undefined>;
  /** By the machines' numbers. */
  list(): Promise<MachineEngineReport[]>;
}

/** @param now Unix milliseconds. */
export function createMachineReports(
  db: StoreDatabase,
  queue: CommitQueue,
  reading: Session,
  writing: Session,
  now: () => number,
): MachineReports {
  const numberOf = prepare(db, (db, p: Params<{ id: string }>) =>
    db.selectFrom('machine').select('number').where('id', '=', p.id),
  );
  const put = prepare(db, (db, p: Params<{ machine: number; now: number; report: string }>) =>
    db
      .insertInto('machine_report')
      .values({ machine: p.machine, reported_at: p.now, report: p.report })
      .onConflict((conflict) => conflict.column('machine').doUpdateSet({ reported_at: p.now, report: p.report })),
  );
  const select = (db: StoreDatabase) =>
    db
      .selectFrom('machine_report')
      .innerJoin('machine', 'machine.number', 'machine_report.machine')
      .select(['machine.id', 'machine_report.reported_at', 'machine_report.report']);
  const one = prepare(db, (db, p: Params<{ id: string }>) => select(db).where('machine.id', '=', p.id));
  const all = prepare(db, (db, _: Params<object>) => select(db).orderBy('machine.number'));

  return {
    put: (machineId, report) =>
      queue.write(
        async () => {
          const machine = await writing.first(numberOf, { id: machineId });
          if (machine === undefined) return false;
          await writing.run(put, { machine: machine.number, now: now(), report: JSON.stringify(report) });
          return true;
        },
        [`report ${machineId}`],
        (isKept) => (isKept ? [{ kind: 'machine', change: 'reported', id: machineId }] : []),
      ),
    async find(machineId) {
      const row = await reading.first(one, { id: machineId });
      return row === undefined ? undefined : toReport(row);
    },
    list: async () => (await reading.all(all, {})).map(toReport),
  };
}

function toReport(row: { id: string; reported_at: number; report: string }): MachineEngineReport {
  return { machineId: row.id, reportedAt: row.reported_at, report: JSON.parse(row.report) as EngineReport };
}
