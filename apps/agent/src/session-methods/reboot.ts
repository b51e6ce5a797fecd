import { spawn } from 'node:child_process';
import type { Clock, Logger } from '@moorline/core';
import type { SessionHandler } from '@moorline/login-client';

/** Milliseconds: the answer is on its way by then. */
const delayMs = 10_000;

export interface RebootOptions {
  isAllowed: boolean;
  clock: Clock;
  logger: Logger;
  /** Default: whether this process is root's. */
  isRoot?: (() => boolean) | undefined;
  /** Default: `systemctl reboot`. */
  reboot?: (() => void) | undefined;
}

/** Reboots the machine ten seconds later, where that was allowed. */
export function rebootMethod(options: RebootOptions): SessionHandler {
  const { isAllowed, clock, logger, isRoot = () => process.getuid?.() === 0 } = options;
  const { reboot = () => rebootNow(logger) } = options;
  return () => {
    if (!isAllowed) return { error: 'reboot is not allowed: start the agent with --allow-reboot', error_code: 403 };
    if (!isRoot()) return { error: 'must be run as sudo/root' };
    logger.warn({ delayMs }, 'the control plane reboots this machine');
    clock.setTimer(delayMs, reboot).unref();
    return {};
  };
}

function rebootNow(logger: Logger): void {
  const child = spawn('systemctl', ['reboot'], { stdio: 'ignore' });
  child.on('error', (error) => logger.error({ error: error.message }, 'the machine cannot be rebooted'));
  child.on('exit', (code) => logger.info({ code }, 'systemctl reboot has ended'));
}
