import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { StagedPackage } from './staged.js';

const script = join(import.meta.dirname, 'quiet-import.mjs');

/** Milliseconds for a process that imports every entry; one that never ends has started something. */
const patience = 60_000;

interface Left {
  globals: string[];
  resources: string[];
  started: string[];
  listeners: string[];
}

/** What importing a package starts or changes, one line each; empty where it does nothing. */
export function quietImportProblems({ entries }: StagedPackage): string[] {
  const modules = entries.flatMap(({ module }) => module ?? []);
  const commons = entries.flatMap(({ common }) => common ?? []);
  return [...left('import', modules), ...left('require', commons)];
}

function left(kind: 'import' | 'require', files: readonly string[]): string[] {
  if (files.length === 0) return [];
  let printed: string;
  try {
    printed = execFileSync(process.execPath, [script, kind, ...files], {
      encoding: 'utf8',
      timeout: patience,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
  } catch (error) {
    const told = error instanceof Error ? error.message.split('\n').slice(0, 12).join('\n') : String(error);
    return [`${kind} of its entries fails: ${told}`];
  }
  const lines = printed.split('\n');
  const { globals, resources, started, listeners } = JSON.parse(lines.pop() ?? '') as Left;
  return [
    ...lines.filter((line) => line !== '').map((line) => `${kind} prints ${line}`),
    ...globals.map((name) => `${kind} makes the global ${name}`),
    ...resources.map((name) => `${kind} leaves a ${name} open`),
    ...started.map((name) => `${kind} calls ${name}`),
    ...listeners.map((name) => `${kind} listens to the process's ${name}`),
  ];
}
