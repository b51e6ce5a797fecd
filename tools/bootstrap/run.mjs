import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { nodeVersionProblem } from './node-version.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * First stage of every command: check Node, install what is missing, then hand over to a TypeScript program of `tools/`.
 *
 * @param {string} program relative to `tools/`
 */
export async function run(program) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const problem = nodeVersionProblem(process.versions.node, engines.node);
  if (problem !== undefined) return fail(problem);
  try {
    await ensureInstalled(root);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(join(root, 'tools', program)).href);
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`\n${message}\n`);
  process.exitCode = 1;
}
