import { type Cell, fail, failedBy, isChosen, type Outcome, unavailable } from './cell.js';
import { cellKey } from './key.js';
import type { Program } from './programs.js';
import type { MatrixContext, Row } from './row.js';

/** What a matrix is made of. */
export interface Matrix {
  rows: readonly Row[];
  programs: readonly Program[];
  /** Patterns of cells; none means all. */
  only: readonly string[];
  /** Hash of each package's built files, by name. */
  hashes: ReadonlyMap<string, string>;
  /** The packages that a package depends on, itself included. */
  withDependencies: (name: string) => readonly string[];
  /** Hash of the matrix's own sources. */
  runner: string;
  /** What is known of a key from before. */
  kept: { get(key: string): Outcome | undefined };
}

/** A cell before it is run. */
export interface PlannedCell {
  row: Row;
  program: Program;
  key: string;
  /** What is known without running it: that it is excluded, or passed before. */
  outcome?: Outcome | undefined;
}

/** All chosen cells; those without an outcome have to be run. */
export function planMatrix({ rows, programs, only, ...inputs }: Matrix): PlannedCell[] {
  return rows.flatMap((row) =>
    programs
      .filter((program) => row.kinds.includes(program.kind) && isChosen(row.name, program.name, only))
      .map((program) => {
        const key = keyOf(row, program, inputs);
        const excluded = row.excludes(program);
        if (excluded !== undefined) return { row, program, key, outcome: unavailable(excluded) };
        return { row, program, key, outcome: inputs.kept.get(key) };
      }),
  );
}

function keyOf(row: Row, program: Program, inputs: Pick<Matrix, 'hashes' | 'withDependencies' | 'runner'>): string {
  const used = new Set(program.packages.flatMap((name) => inputs.withDependencies(name)));
  const packages = new Map([...used].map((name) => [name, inputs.hashes.get(name) ?? '']));
  const { runner } = inputs;
  return cellKey({ row: row.name, environment: row.environment, program: program.hash, packages, runner });
}

/** Who is told what happens to a plan. */
export interface PlanListener {
  /** Called with the outcome of each cell that was run. */
  keep(key: string, outcome: Outcome): void;
  /** Does a row's work, and may look at how long it takes. */
  measure<T>(row: Row, work: () => Promise<T>): Promise<T>;
  /** Told of each row that was run. */
  onRow(row: Row, outcomes: readonly Outcome[]): void;
}

/**
 * Runs what is planned, two rows at a time.
 *
 * @returns the cells in the order of the plan; after an abort only those that are known.
 */
export async function runPlan(
  plan: readonly PlannedCell[],
  context: MatrixContext,
  listener: PlanListener,
): Promise<Cell[]> {
  const found = new Map<PlannedCell, Outcome>();
  const queue = groupByRow(plan);
  const work = async () => {
    for (let next = queue.shift(); next !== undefined && !context.signal.aborted; next = queue.shift()) {
      const [row, cells] = next;
      const outcomes = await listener.measure(row, () => outcomesOf(row, cells, context));
      if (context.signal.aborted) return;
      for (const cell of cells) {
        const outcome = outcomes.get(cell.program.name) ?? fail('was not run');
        found.set(cell, outcome);
        listener.keep(cell.key, outcome);
      }
      listener.onRow(
        row,
        cells.flatMap((cell) => found.get(cell) ?? []),
      );
    }
  };
  await Promise.all([work(), work()]);
  return plan.flatMap((cell) => {
    const outcome = cell.outcome ?? found.get(cell);
    if (outcome === undefined) return [];
    const isKept = cell.outcome?.status === 'pass';
    return [{ row: cell.row.name, program: cell.program.name, outcome, isKept }];
  });
}

/** What has to be run, by row. */
function groupByRow(plan: readonly PlannedCell[]): [Row, PlannedCell[]][] {
  const groups = new Map<Row, PlannedCell[]>();
  for (const cell of plan) {
    if (cell.outcome === undefined) groups.set(cell.row, [...(groups.get(cell.row) ?? []), cell]);
  }
  return [...groups];
}

async function outcomesOf(
  row: Row,
  cells: readonly PlannedCell[],
  context: MatrixContext,
): Promise<ReadonlyMap<string, Outcome>> {
  const programs = cells.map(({ program }) => program);
  try {
    return await row.run(programs, context);
  } catch (error) {
    const failed = failedBy(error);
    return new Map(programs.map(({ name }) => [name, failed]));
  }
}
