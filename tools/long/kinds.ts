import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../repo/workspaces.js';

/** A kind of tests of which `npm test` runs a sample and a command of its own runs the whole. */
export interface LongKind {
  /** The call by which its tests ask how much to do. */
  call: RegExp;
  /** What tells them to run whole. */
  env: Record<string, string>;
  help: string;
}

export const kinds: Record<string, LongKind> = {
  fuzz: {
    call: /\bfuzzInputs\(/,
    env: { MOORLINE_FUZZ_INPUTS: process.env['MOORLINE_FUZZ_INPUTS'] ?? '1000000' },
    help: `Usage: npm run fuzz [-- NAME...]

Runs the fuzz tests (those that call fuzzInputs) of all workspaces, or the named ones, with 1,000,000 inputs each instead of the small
sample of npm test. MOORLINE_FUZZ_INPUTS=N sets another number.
`,
  },
  soak: {
    call: /\bsoak\(/,
    env: { MOORLINE_SOAK: '1' },
    help: `Usage: npm run test:soak [-- NAME...]

Runs the long fault and size tests (those that call soak) of all workspaces, or the named ones, whole instead of the small sample
of npm test.
`,
  },
};

/** The test files of that kind in a workspace, absolute. */
export function testsOf({ folder }: Workspace, { call }: LongKind): string[] {
  return ['src', 'test'].flatMap((room) => {
    const path = join(folder, room);
    if (!existsSync(path)) return [];
    const names = readdirSync(path, { recursive: true }).map(String);
    const files = names.filter((name) => name.endsWith('.test.ts')).map((name) => join(path, name));
    return files.filter((file) => call.test(readFileSync(file, 'utf8')));
  });
}
