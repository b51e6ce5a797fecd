import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Marks the state folder as in use by this process.
 *
 * @returns what gives it back.
 * @throws Error when another launcher that still runs has it.
 */
export function lockState(stateDir: string): () => void {
  const file = join(stateDir, 'start.pid');
  const holder = holderOf(file);
  if (holder !== undefined) {
    throw new Error(
      `npm start already runs in this checkout (process ${holder}).\nStop it there with Ctrl-C, or with: kill ${holder}`,
    );
  }
  rmSync(file, { force: true }); // of a launcher that was killed
  writeFileSync(file, String(process.pid), { flag: 'wx' });
  return () => {
    rmSync(file, { force: true });
  };
}

/** The running launcher that the file names. Its number may belong to another program by now: where that can be seen, it does not count. */
function holderOf(file: string): number | undefined {
  const pid = Number(read(file));
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return undefined;
  const commandLine = read(`/proc/${pid}/cmdline`);
  return commandLine === undefined || /node|start/.test(commandLine) ? pid : undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
