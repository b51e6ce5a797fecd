import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runGroup } from '../process/run-group.js';

/** A registry of npm packages on this machine, gone with the rehearsal. */
export interface Registry {
  /** `http://127.0.0.1:4873/` */
  url: string;
  /** An npmrc with which npm publishes to it. */
  publisher: string;
  close(): Promise<void>;
}

/** Starts one on a free port. @throws Error with what it printed when it does not start. */
export async function startRegistry(folder: string, signal: AbortSignal): Promise<Registry> {
  mkdirSync(folder, { recursive: true });
  const ended = new AbortController();
  const lines: string[] = [];
  let tell: (port: string) => void = () => undefined;
  const listening = new Promise<string>((resolve) => (tell = resolve));
  const running = runGroup(process.execPath, [join(import.meta.dirname, 'registry.mjs'), folder], {
    cwd: folder,
    signal: AbortSignal.any([ended.signal, signal]),
    onLine(line) {
      lines.push(line);
      const [, port] = /^listening on (\d+)$/.exec(line) ?? [];
      if (port !== undefined) tell(port);
    },
  });
  const failed = running.then((code): never => {
    throw new Error(`the registry ended with ${code}: ${lines.slice(-10).join('\n')}`);
  });
  const port = await Promise.race([listening, failed]);
  failed.catch(() => undefined); // from now on it ends when it is told to
  const url = `http://127.0.0.1:${port}/`;
  const publisher = join(folder, 'npmrc');
  // npm wants a token before it publishes; this registry takes any.
  writeFileSync(publisher, `registry=${url}\n//127.0.0.1:${port}/:_authToken=rehearsal\nprovenance=false\n`);
  return {
    url,
    publisher,
    async close() {
      ended.abort();
      await running;
    },
  };
}
