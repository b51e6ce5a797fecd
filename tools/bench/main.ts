import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { interruptSignal } from '../process/interrupt.js';
import { runGroup } from '../process/run-group.js';
import { runMain } from '../process/run-main.js';
import { root } from '../repo/root.js';
import { workspaces } from '../repo/workspaces.js';
import { formatRow, parseRow, type Row } from './row.js';
import { type BenchFile, benchFiles, selectBenches } from './select.js';

const help = `Usage: npm run bench [-- NAME...]

Runs the benchmarks of all workspaces one after another, or those of the named packages or files (cc-store, ingest,
cc-store/ingest). Each row shows a ratio to a bound or a peer that was measured in the same run. The results are also in
bench-results/latest.json. Exit code 1 when a benchmark fails or a stated goal is missed.
`;

interface BenchResult {
  bench: string;
  exitCode: number;
  rows: Row[];
}

await runMain(main);

async function main(names: string[]): Promise<number> {
  if (names.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  const signal = interruptSignal();
  const folder = join(root, 'bench-results');
  mkdirSync(folder, { recursive: true });
  const results: BenchResult[] = [];
  for (const bench of selectBenches(benchFiles(workspaces(root)), names)) {
    process.stdout.write(`\n${bench.name}\n`);
    results.push(await runBench(bench, join(folder, 'rows.jsonl'), signal));
    if (signal.aborted) return 130;
  }
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  const latest = { date: new Date().toISOString(), machine, results };
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(latest, undefined, 2)}\n`);
  return summarize(results);
}

async function runBench({ name, file }: BenchFile, rowsFile: string, signal: AbortSignal): Promise<BenchResult> {
  rmSync(rowsFile, { force: true });
  const args = ['--import', 'tsx', '--conditions=@moorline/source', file];
  const env = { MOORLINE_BENCH_JSON: rowsFile };
  const exitCode = await runGroup(process.execPath, args, { cwd: root, env, signal });
  const lines = existsSync(rowsFile) ? readFileSync(rowsFile, 'utf8').trimEnd().split('\n') : [];
  rmSync(rowsFile, { force: true });
  return { bench: name, exitCode, rows: lines.map(parseRow) };
}

function summarize(results: readonly BenchResult[]): number {
  process.stdout.write('\nAll results\n');
  for (const { bench, rows, exitCode } of results) {
    for (const row of rows) process.stdout.write(`${bench.padEnd(24)}  ${formatRow(row)}\n`);
    if (exitCode !== 0) process.stdout.write(`${bench.padEnd(24)}  FAILED with exit code ${exitCode}\n`);
  }
  const failed = results.filter(({ exitCode }) => exitCode !== 0).length;
  const missed = results.flatMap(({ rows }) => rows).filter(({ met }) => met === false).length;
  process.stdout.write(
    `\n${results.length} benchmarks, ${failed} failed, ${missed} goals missed; bench-results/latest.json\n`,
  );
  return failed + missed > 0 ? 1 : 0;
}
