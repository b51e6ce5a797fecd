import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Says that what lies beside a file is in use by this process.
 *
 * @param file that holds this process's id for as long
 * @param command of the user, for the message: `npm start`
 * @returns what gives it back.
 * @throws Error when another process that still runs has it.
 */
export function lock(file: string, command: string): () => void {
  const holder = holderOf(file);
  if (holder !== undefined) {
    throw new Error(
      `${command} already runs in this checkout (process ${holder}).\nStop it there with Ctrl-C, or with: kill ${holder}`,
    );
  }
  rmSync(file, { force: true }); // of one that was killed
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, String(process.pid), { flag: 'wx' });
  return () => {
    rmSync(file, { force: true });
  };
}

/** The running process that the file names. Its number may belong to another program by now: where that can be seen, it does not count. */
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
