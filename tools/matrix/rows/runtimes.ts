import { join } from 'node:path';
import { fail, type Outcome, pass, unavailable } from '../cell.js';
import { cachedPackage } from '../cached-package.js';
import { reasonOf, runCommand } from '../command.js';
import type { FolderKind } from '../folders.js';
import { onlyWithoutPeers, type Program } from '../programs.js';
import type { MatrixContext, Row } from '../row.js';

/** A JavaScript runtime whose binary is in a package of the registry. */
export interface Runtime {
  name: string;
  title: string;
  version: string;
  /** By `process.platform` and `process.arch`: the package, and the binary in it. */
  packages: Readonly<Record<string, readonly [name: string, binary: string]>>;
  /** Before the program's file. */
  args: readonly string[];
  /** Why it does not run programs, by their name. */
  lacks?: Readonly<Record<string, string>>;
}

const node = (version: string): Runtime => ({
  name: `node-${version.split('.', 1)[0]}`,
  title: `Node ${version}`,
  version,
  packages: Object.fromEntries(
    ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].map((platform) => [
      platform,
      [`node-${platform}`, 'bin/node'],
    ]),
  ),
  args: [],
});

/** The least that we support of each release line, or what is newest of it. */
export const nodes: readonly Runtime[] = ['20.19.6', '22.23.3', '24.21.0', '26.10.0'].map(node);

const runtimes: readonly Runtime[] = [
  ...nodes,
  {
    name: 'bun',
    title: 'Bun 1.4.5',
    version: '1.4.5',
    packages: {
      'linux-x64': ['@oven/bun-linux-x64', 'bin/bun'],
      'linux-arm64': ['@oven/bun-linux-aarch64', 'bin/bun'],
      'darwin-arm64': ['@oven/bun-darwin-aarch64', 'bin/bun'],
    },
    args: ['run'],
    lacks: { daemon: 'websockets of ws have no socket below them in Bun; ./transports is for Node' },
  },
  {
    name: 'deno',
    title: 'Deno 2.9.6',
    version: '2.9.6',
    packages: {
      'linux-x64': ['@deno/linux-x64-glibc', 'deno'],
      'linux-arm64': ['@deno/linux-arm64-glibc', 'deno'],
      'darwin-arm64': ['@deno/darwin-arm64', 'deno'],
    },
    args: ['run', '--allow-all', '--node-modules-dir=manual', '--no-prompt', '--quiet'],
  },
];

/** The binary of a runtime on this machine. @throws Error that says why there is none. */
export async function binaryOf({ title, version, packages }: Runtime, signal: AbortSignal): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const [name, binary] = packages[platform] ?? [];
  if (name === undefined || binary === undefined) throw new Error(`no package with ${title} for ${platform}`);
  return join(await cachedPackage(name, version, signal), binary);
}

/** Every runtime with ESM and CommonJS, all peers installed; then this process's Node without scripts, and without peers. */
export function runtimeRows(): Row[] {
  const formats = ['esm', 'cjs'] as const;
  const everywhere = runtimes.flatMap((runtime) => formats.map((format) => runtimeRow(runtime, format)));
  return [
    ...everywhere,
    hostRow('ignore-scripts', 'esm', 'no-scripts', 'installed with --ignore-scripts'),
    ...formats.map((format) => hostRow('no-peers', format, 'bare', 'no optional peers')),
  ];
}

type Format = 'esm' | 'cjs';
const titleOf: Record<Format, string> = { esm: 'ESM', cjs: 'CommonJS' };

const runtimeRow = (runtime: Runtime, format: Format): Row => ({
  name: `${runtime.name}-${format}`,
  title: `${runtime.title}, ${titleOf[format]}`,
  environment: `${runtime.name} ${runtime.version}`,
  kinds: ['program'],
  excludes: ({ name }) =>
    name === onlyWithoutPeers ? 'is about absent peers; here all are installed' : runtime.lacks?.[name],
  async run(programs, context) {
    let binary: string;
    try {
      binary = await binaryOf(runtime, context.signal);
    } catch (error) {
      const reason = error instanceof Error ? reasonOf(error.message.split('\n')) : String(error);
      return new Map(
        programs.map(({ name }) => [name, unavailable(`${runtime.title} could not be fetched: ${reason}`)]),
      );
    }
    return runPrograms(programs, { binary, args: runtime.args, format, kind: 'full' }, context);
  },
});

const hostRow = (name: string, format: Format, kind: FolderKind, about: string): Row => ({
  name: kind === 'bare' ? `${name}-${format}` : name,
  title: `Node ${process.versions.node}, ${titleOf[format]}, ${about}`,
  environment: `node ${process.versions.node}`,
  kinds: ['program'],
  excludes(program) {
    if (kind !== 'bare')
      return program.name === onlyWithoutPeers ? 'is about absent peers; here all are installed' : undefined;
    if (program.needsPeers) return 'needs an optional peer';
    const isLeftOut = program.packages.some((used) => leftOutOfBare.has(used));
    return isLeftOut ? 'its package brings as a dependency what is a peer of others' : undefined;
  },
  run: (programs, context) => runPrograms(programs, { binary: process.execPath, args: [], format, kind }, context),
});

/** Packages that depend on what is an optional peer elsewhere: beside them nothing would be absent. */
export const leftOutOfBare: ReadonlySet<string> = new Set(['@moorline/cc-store']);

async function runPrograms(
  programs: readonly Program[],
  how: { binary: string; args: readonly string[]; format: Format; kind: FolderKind },
  context: MatrixContext,
): Promise<Map<string, Outcome>> {
  const cwd = await context.folder(how.kind);
  const outcomes = new Map<string, Outcome>();
  for (const { name } of programs) {
    const { code, lines } = await runCommand(how.binary, [...how.args, join(how.format, `${name}.main.js`)], {
      cwd,
      env: { DENO_DIR: join(context.scratch, 'deno'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' },
      signal: context.signal,
      timeoutMs: 60_000,
    });
    if (context.signal.aborted) break;
    outcomes.set(name, code === 0 ? pass : fail(reasonOf(lines) || `ended with ${code}`));
  }
  return outcomes;
}
