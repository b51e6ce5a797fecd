import { controlSocketPath, serveControl } from '@moorline/app-kit';
import type { Logger } from '@moorline/core';
import { ServerError } from '../error.js';
import { appName } from '../settings.js';
import { type ControlWork, createControlHandlers } from './control-handlers.js';

/** The control socket of a server: while it is held, the data directory is this server's alone. */
export interface HeldDataDir {
  /** Commands that came early wait for this. */
  open(work: ControlWork): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** @throws AppError `already_running` or `data_dir_too_deep`. */
export async function takeDataDir(dataDir: string, logger: Logger): Promise<HeldDataDir> {
  let open: (work: ControlWork) => void = () => undefined;
  let fail: (error: ServerError) => void = () => undefined;
  const ready = new Promise<ControlWork>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  ready.catch(() => undefined);
  const path = controlSocketPath(dataDir, appName);
  const server = await serveControl({ path, handlers: createControlHandlers(ready), logger });
  return {
    open,
    async close() {
      // Without effect once it was open.
      fail(endedEarly());
      await server.close();
    },
  };
}

const endedEarly = (): ServerError =>
  new ServerError('the server ended before it was ready', {
    code: 'ended_early',
    hint: 'what it printed tells why',
  });
