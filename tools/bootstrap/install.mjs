import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isInstalled } from './installed.mjs';

/**
 * Runs `npm ci` when `node_modules` is missing or does not match the lock. npm's output goes to a log that is shown on failure.
 *
 * @param {string} root of the repository
 * @param {(text: string) => void} [print] for progress
 * @returns {Promise<void>} rejects when npm fails
 */
export async function ensureInstalled(root, print = (text) => void process.stderr.write(text)) {
  if (isInstalled(root)) return;
  const log = join(root, 'npm-install.log');
  print('Installing dependencies (npm ci) …\n');
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  const progress = setInterval(() => print(`  ${installedShare(root)} after ${seconds()} s\n`), 5000);
  try {
    await npm(['ci', '--include=dev', '--no-audit', '--no-fund'], root, log);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\n\n${readFileSync(log, 'utf8').trimEnd()}\n\nThe log is in ${log}`, { cause: error });
  } finally {
    clearInterval(progress);
  }
  if (!isInstalled(root)) throw new Error('npm ci succeeded but left packages out: is the lock file whole?');
  print(`  done in ${seconds()} s\n`);
}

/**
 * @param {string[]} args
 * @param {string} cwd
 * @param {string} log
 * @returns {Promise<void>}
 */
function npm(args, cwd, log) {
  // Under `npm run`, the npm that runs us; it may not be the first on PATH.
  const running = process.env.npm_execpath;
  const [command, first] =
    running !== undefined && basename(running) === 'npm-cli.js' ? [process.execPath, [running]] : ['npm', []];
  const output = openSync(log, 'w');
  const child = spawn(command, [...first, ...args], { cwd, stdio: ['ignore', output, output] });
  closeSync(output);
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      if (code === 0) resolve();
      else reject(new Error(`npm ci failed (${signal ?? `exit code ${code}`})`));
    });
  });
}

/**
 * How far npm is: it makes all folders first and then unpacks into them. Optional packages, of which only those of this
 * platform come, are left out of the count.
 *
 * @param {string} root
 */
function installedShare(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const wanted = Object.keys(packages).filter(
    (path) => path.includes('node_modules/') && !packages[path].optional && !packages[path].link,
  );
  const there = wanted.filter((path) => existsSync(join(root, path, 'package.json'))).length;
  return there === 0 ? 'fetching' : `${there} of ${wanted.length} packages`;
}
