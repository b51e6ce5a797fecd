import type { Program } from '../programs.js';

/** A compiler's errors by whose they are. */
export interface Diagnostics {
  /** In the programs, by name. */
  byProgram: ReadonlyMap<string, readonly string[]>;
  /** In declarations of this repository's packages, or in no file at all. */
  ours: readonly string[];
  /** In other packages' declarations. */
  theirs: readonly string[];
}

/** @param lines what `tsc --pretty false` printed: `esm/login.ts(3,4): error TS2305: …`, and further lines of it indented */
export function sortDiagnostics(lines: readonly string[], programs: readonly Pick<Program, 'name'>[]): Diagnostics {
  const byProgram = new Map<string, string[]>();
  const ours: string[] = [];
  const theirs: string[] = [];
  let last = ours;
  for (const line of lines) {
    if (!/^\s/.test(line)) last = listFor(line);
    last.push(line);
  }
  return { byProgram, ours, theirs };

  function listFor(line: string): string[] {
    const [, name] = /^(?:esm|cjs)\/([\w-]+)\.ts\(/.exec(line) ?? [];
    if (name !== undefined && programs.some((program) => program.name === name)) {
      const list = byProgram.get(name) ?? [];
      byProgram.set(name, list);
      return list;
    }
    return /^(?:\.\.\/)*node_modules\/(?!@moorline\/)/.test(line) ? theirs : ours;
  }
}
