import { runProgram } from '@moorline/app-kit';
import { vi } from 'vitest';
import { createServerProgram } from '../src/commands/program.js';

/** Runs `moorline-server ARGS` in this process: the exit code that it sets, and what it writes. */
export async function runCommand(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((said.out += String(text)))),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((said.err += String(text)))),
  ];
  try {
    const program = createServerProgram({ version: '1.2.3', description: 'a control plane' });
    await runProgram(program, ['node', 'moorline-server', ...args]);
    return { code: Number(process.exitCode ?? 0), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
}
