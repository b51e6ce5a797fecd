import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../repo/workspaces.js';

/** A kind of tests of which `npm test` runs a sample and a command of its own runs the whole. */
export interface LongKind {
  /** The ending of its files. */
  ending: string;
  /** What tells them to run whole. */
  env: Record<string, string>;
  help: string;
}

export const kinds: Record<string, LongKind> = {
  fuzz: {
    ending: '.fuzz.test.ts',
    env: { MOORLINE_FUZZ_INPUTS: process.env['MOORLINE_FUZZ_INPUTS'] ?? '1000000' },
    help: `Usage: npm run fuzz [-- NAME...]

Runs the fuzz tests (*.fuzz.test.ts) of all workspaces, or the named ones, with 1,000,000 inputs each instead of the small
sample of npm test. MOORLINE_FUZZ_INPUTS=N sets another number.
`,
  },
  soak: {
    ending: '.soak.test.ts',
    env: { MOORLINE_SOAK: '1' },
    help: `Usage: npm run test:soak [-- NAME...]

Runs the long fault and size tests (*.soak.test.ts) of all workspaces, or the named ones, whole instead of the small sample
of npm test.
`,
  },
};

/** The workspaces that have tests of that kind. */
export function withTests(workspaces: readonly Workspace[], { ending }: LongKind): Workspace[] {
  return workspaces.filter(({ folder }) =>
    ['src', 'test'].some((room) => {
      const path = join(folder, room);
      return existsSync(path) && readdirSync(path, { recursive: true }).some((file) => String(file).endsWith(ending));
    }),
  );
}
