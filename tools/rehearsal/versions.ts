import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readJson } from '../repo/json.js';
import { root } from '../repo/root.js';

/** Of a package that this repository has installed. */
export const versionOfTool = (name: string): string =>
  String(readJson(join(root, 'node_modules', name, 'package.json'))['version']);

/** `Chromium 140.0.7339.185`; empty where there is none. */
export function versionOfChromium(): string {
  const { stdout } = spawnSync(process.env['CHROMIUM_PATH'] ?? 'chromium', ['--version'], { encoding: 'utf8' });
  return /^\S+ [\d.]+/.exec(stdout ?? '')?.[0] ?? '';
}
