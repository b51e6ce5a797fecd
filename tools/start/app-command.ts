import { spawn } from 'node:child_process';
import { appArgs, type AppName, type Layout } from './layout.js';

/**
 * Runs one command of an app to its end.
 *
 * @param input for its stdin: the way for secrets, which must not stand among the arguments.
 * @returns its stdout, trimmed.
 * @throws Error with what it said on stderr when it fails; the signal's reason on abort.
 */
export async function appCommand(
  layout: Layout,
  app: AppName,
  args: readonly string[],
  options: { signal: AbortSignal; input?: string },
): Promise<string> {
  options.signal.throwIfAborted();
  const child = spawn(process.execPath, appArgs(layout, app, args), {
    cwd: layout.root,
    signal: options.signal,
    detached: true,
  });
  const output: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  child.stdin.on('error', () => undefined); // it ended without reading: its exit code says more
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (code === 0) return output.stdout.trim();
  throw new Error(
    `moorline-${app} ${args[0]} failed (exit code ${code}):\n${output.stderr.trim() || output.stdout.trim()}`,
  );
}
