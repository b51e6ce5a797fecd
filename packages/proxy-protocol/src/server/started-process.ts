import type { JsonText } from '../wire/json-text.js';
import { isProxyError } from '../wire/proxy-error.js';

/** What a command that starts a process says of it. */
export interface StartedProcess {
  /** The container inside the VM. */
  container: string;
  /** Number of its stdin and stdout. */
  ioBase: number;
}

/** Commands that start a process, and where they name the container. */
const containerMembers = new Map([
  ['newcontainer', 'id'],
  ['execcmd', 'container'],
]);

/** Undefined for commands that start none, and for those that do not say on which streams. */
export function startedProcess(hyperName: string, data: JsonText | undefined): StartedProcess | undefined {
  const member = containerMembers.get(hyperName);
  if (member === undefined || data === undefined) return undefined;
  try {
    const command = data.object('hyperstart.Command');
    const ioBase = command.object('process', 'hyperstart.Process')?.integer('stdio') ?? 0;
    return ioBase > 0 ? { container: command.string(member), ioBase } : undefined;
  } catch (error) {
    // The agent is the judge of what it is sent.
    if (isProxyError(error)) return undefined;
    throw error;
  }
}
