import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { interruptSignal } from '../process/interrupt.js';
import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { selectWorkspaces, type Workspace, workspaces } from '../repo/workspaces.js';
import { programs } from '../testenv/programs.mjs';
import { help, parseArgs } from './args.js';
import { runChecks } from './nx.js';
import type { TaskOutcome } from './nx-output.js';
import { installPrograms, missingPrograms, type Program } from './programs.js';
import { readResults, resultsFile } from './results.js';
import { checkRoot } from './root-checks.js';
import { runSourceChecks } from './source-checks.js';
import { formatSummary, type ProjectSummary, succeeds, total } from './summary.js';

const isCi = process.env['CI'] === 'true';
const print = (line: string) => void process.stdout.write(`${line}\n`);

await runMain(main);

async function main(args: string[]): Promise<number> {
  const names = parseArgs(args);
  if (names === undefined) {
    process.stdout.write(help);
    return 0;
  }
  const all = workspaces(root);
  const projects = names.length === 0 ? all : selectWorkspaces(all, names);
  const signal = interruptSignal();
  const missing = await findPrograms(signal);
  const hasShared = findShared();

  // A report of an earlier run must not speak for this one; a cached run brings its own back.
  for (const { folder } of projects) rmSync(resultsFile(folder), { force: true });
  // Two at a time, on machines of two cores: what is one long program beside the builds, then what needs those.
  const checkFiles = async () => ({
    sources: await runSourceChecks(projects, signal, print),
    rootSummary: names.length === 0 ? await checkRoot(signal, print) : undefined,
  });
  const [{ sources, rootSummary }, builds] = await Promise.all([
    checkFiles(),
    runChecks(projects, ['build'], 1, signal, print),
  ]);
  const rest = await runChecks(projects, ['test', 'pack:check', 'api:check'], 2, signal, print);
  if (signal.aborted) {
    print('\nInterrupted.');
    return 130;
  }

  // The second run names the builds that it needs once more.
  const known = new Set(builds.map(({ project, target }) => `${project} ${target}`));
  const news = rest.filter(({ project, target }) => !known.has(`${project} ${target}`));
  const summaries = summarize(projects, [...sources, ...builds, ...news]);
  if (rootSummary !== undefined) summaries.push(rootSummary);
  const surroundings = { isCi, hasReference: hasShared, lacksPrograms: missing.length > 0 };
  process.stdout.write(formatSummary(summaries, hints(missing, hasShared), surroundings));
  return succeeds(total(summaries), surroundings) ? 0 : 1;
}

/** The programs that stay absent. */
async function findPrograms(signal: AbortSignal): Promise<Program[]> {
  const missing = missingPrograms(programs);
  if (missing.length === 0 || !isCi || process.getuid?.() !== 0) return missing;
  await installPrograms(missing, signal);
  return missingPrograms(programs);
}

/** Tests find the shared files themselves; naming the folder makes an incomplete one an error instead of a skip. */
function findShared(): boolean {
  const beside = resolve(root, '../shared');
  if (process.env['MOORLINE_SHARED'] === undefined && existsSync(beside)) process.env['MOORLINE_SHARED'] = beside;
  return process.env['MOORLINE_SHARED'] !== undefined;
}

function summarize(projects: readonly Workspace[], outcomes: readonly TaskOutcome[]): ProjectSummary[] {
  const summaries: ProjectSummary[] = projects.map(({ name, folder }) => {
    const tests = readResults(folder);
    const checks = outcomes.filter(({ project }) => project === name);
    return tests === undefined ? { name, checks } : { name, checks, tests };
  });
  // What failed outside of the chosen projects: a dependency's build, or Nx itself.
  const named = new Set(projects.map(({ name }) => name));
  const others = outcomes.filter(({ project, status }) => !named.has(project) && status !== 'passed');
  return [...summaries, ...others.map((one) => ({ name: one.project, checks: [one] }))];
}

function hints(missing: readonly Program[], hasShared: boolean): string[] {
  const texts = missing.map(
    ({ command, apt }) => `${command} was not found on PATH: install it (Debian: apt-get install ${apt})`,
  );
  if (!hasShared)
    texts.push(
      'the shared reference files were not found: put them beside the checkout as ../shared, or set MOORLINE_SHARED',
    );
  return texts;
}
