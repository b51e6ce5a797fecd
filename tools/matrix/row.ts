import type { Outcome } from './cell.js';
import type { FolderKind } from './folders.js';
import type { Program, ProgramKind } from './programs.js';

/** What rows are given to run programs with. */
export interface MatrixContext {
  /** A fresh folder with the published packages in it, installed when it is first asked for. @throws Error when npm fails. */
  folder(kind: FolderKind): Promise<string>;
  /** For whatever else a row writes; removed at the end. */
  scratch: string;
  signal: AbortSignal;
}

/** One environment in which programs are run. */
export interface Row {
  /** `node-20-esm` */
  name: string;
  /** `Node 20.19.6, ESM` */
  title: string;
  /** Versions of what runs the programs there; part of a cell's key. */
  environment: string;
  /** What it is for; it has no cells of other kinds. */
  kinds: readonly ProgramKind[];
  /** Why a program of its kinds does not run there; undefined where it does. */
  excludes(program: Program): string | undefined;
  /** Runs the given programs, which it does not exclude. @throws Error where nothing of it can run. */
  run(programs: readonly Program[], context: MatrixContext): Promise<ReadonlyMap<string, Outcome>>;
}
