import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appCommand } from './app-command.js';
import { dataDir, type Layout } from './layout.js';

/** Whether an earlier start enrolled this machine, and both sides still have what they remember of it. */
export function isEnrolled(layout: Layout): boolean {
  return [mark(layout), dataDir(layout, 'server'), dataDir(layout, 'agent')].every((path) => existsSync(path));
}

/**
 * Enrols this machine: a registration token that opens one login, spent at once. It goes from one program's stdout to the
 * other's stdin and is never shown.
 */
export async function enrol(layout: Layout, url: string, signal: AbortSignal): Promise<void> {
  // The machine reports for itself and for what `replay` plays on it, hence every cluster.
  const create = ['token', 'create', '--group', 'local', '--cluster', '*', '--uses', '1'];
  const token = await appCommand(layout, 'server', create, { signal });
  const login = ['login', '--endpoint', url, '--allow-insecure-http', '--token-file', '-'];
  await appCommand(layout, 'agent', login, { signal, input: `${token}\n` });
  writeFileSync(mark(layout), `${new Date().toISOString()}\n`);
}

const mark = ({ stateDir }: Layout): string => join(stateDir, 'enrolled');
