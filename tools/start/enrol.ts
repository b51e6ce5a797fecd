import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appCommand } from './app-command.js';
import { dataDir, type Layout, shown } from './layout.js';

/**
 * Whether an earlier start enrolled this machine. Asked before the apps run: they make their folders themselves.
 *
 * @throws Error when the server's memory is gone and the agent's is not: a new server would refuse the machine for ever.
 */
export function isEnrolled(layout: Layout): boolean {
  const [hasServer, hasAgent] = [existsSync(dataDir(layout, 'server')), existsSync(dataDir(layout, 'agent'))];
  if (hasAgent && !hasServer) {
    const [server, all] = [shown(layout, dataDir(layout, 'server')), shown(layout, layout.stateDir)];
    throw new Error(
      `${server} is gone, but the agent still has the identity that it got from that server.\n` +
        `Put ${server} back, or delete ${all} to start afresh.`,
    );
  }
  return hasAgent && existsSync(mark(layout));
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
