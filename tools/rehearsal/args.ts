import { parseArgs } from 'node:util';

export const help = `Usage: npm run release:dry [-- OPTIONS]

Rehearses a release and changes nothing outside of .nx/release: versions and builds a copy of this checkout (uncommitted changes
included), publishes it to a registry of its own, installs it from there into fresh folders and runs small programs of
e2e/programs/ there: on every runtime, in bundles in a browser, under every TypeScript, as the apps, as an upgrade. The projects
of examples/ are installed, tested and run as their READMEs say. Third-party packages, runtimes and compilers come from the usual registry; runtimes and compilers are kept in the user's cache folder.

  --only CELLS     only these, separated by commas: ROW, ROW/PROGRAM or /PROGRAM, with * for any text
                   (--only 'node-*/login,bun-esm'); --list names them
  --list           names the cells, says which passed before and have not changed, and ends
  --pre TAG        as a pre-release: versions end in -TAG.0 and are published as TAG
  --fresh          runs what passed before and has not changed, too
  --help           this text

A cell that passed is not run again until the built files of the packages that its program uses, the program, or the runtime
changes. The upgrade is from what the newest tag has (@moorline/core@0.2.0), built again; without tags from this release's own files
under the versions that the checkout still has. The last lines are the table, and where the time went; they are written to
.nx/release/matrix.md and matrix.json too, and to the file that GITHUB_STEP_SUMMARY names. Exit code 1 where a cell fails.
`;

export interface Options {
  /** Patterns of cells; empty means all. */
  only: string[];
  /** Dist-tag of a pre-release. */
  pre?: string | undefined;
  isFresh: boolean;
  isList: boolean;
}

/**
 * @returns undefined when help was asked for.
 * @throws TypeError or RangeError for what cannot be understood.
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      pre: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  if (values.pre !== undefined && !/^[a-z][a-z0-9-]*$/.test(values.pre)) {
    throw new RangeError(`--pre ${values.pre}: a tag is lower-case letters, digits and hyphens`);
  }
  const only = values.only.flatMap((text) => text.split(',')).map((pattern) => pattern.trim());
  return {
    only: only.filter((pattern) => pattern !== ''),
    pre: values.pre,
    isFresh: values.fresh,
    isList: values.list,
  };
}
