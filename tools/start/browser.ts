import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The program that opens an address in the browser of whoever looks at this terminal; undefined where there is none. */
export function browserOpener(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  // Over SSH the browser would open where nobody sits.
  if (env['SSH_CONNECTION'] !== undefined) return undefined;
  if (platform === 'darwin') return 'open';
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}

/**
 * Opens a browser at a link that is a secret: every user of the machine can read the arguments of programs, so it stands in a file that
 * only this user can read and that leads on.
 *
 * @returns what takes the file away.
 */
export function openBrowser(opener: string, link: string, folder: string): () => void {
  const file = join(folder, 'open.html');
  const forget = () => {
    rmSync(file, { force: true });
  };
  forget();
  writeFileSync(file, leadTo(link), { mode: 0o600, flag: 'wx' });
  const child = spawn(opener, [pathToFileURL(file).href], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined); // the link is on the screen too
  child.unref();
  return forget;
}

const leadTo = (link: string): string =>
  `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${link}"><title>Moorline</title>\n`;
