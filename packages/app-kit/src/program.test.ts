import { Command } from 'commander';
import { AppError } from './error.js';
import { createProgram, explain, runProgram } from './program.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let written: string;
beforeEach(() => {
  written = '';
  const keep = (text: string | Uint8Array) => {
    written += String(text);
    return true;
  };
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Exit code and output of `pier` with these arguments. */
async function run(...args: string[]): Promise<{ code: unknown; output: string }> {
  const program = createProgram({ name: 'pier', description: 'moors boats', version: '1.2.3' });
  const moorFleet = new Command('moor')
    .requiredOption('--at <PIER>', 'where')
    .option('--line <ROPE>', 'what with', 'hemp')
    .option('--note <TEXT>', 'what to remember', '');
  program.addCommand(new Command('fleet').addCommand(moorFleet));
  program.command('moor').action(() => undefined);
  program.command('sink').action(() => {
    throw new AppError('no sinking here', { code: 'control_failed', hint: 'moor instead' });
  });
  program.command('break').action(() => {
    throw new Error('oops');
  });
  await runProgram(program, ['node', 'pier', ...args]);
  return { code: process.exitCode ?? 0, output: written };
}

describe('runProgram', () => {
  it('ends with 0 when the command is done', async () => {
    expect(await run('moor')).toEqual({ code: 0, output: '' });
  });

  it('prints a failure and its hint, and ends with 1', async () => {
    expect(await run('sink')).toEqual({ code: 1, output: 'pier: no sinking here\n  hint: moor instead\n' });
  });

  it.each(['bad_setting', 'unknown_setting', 'bad_settings_file'] as const)(
    'ends with 2 where settings are wrong (%s)',
    async (code) => {
      const program = createProgram({ name: 'pier', description: '', version: '' });
      program.command('moor').action(() => Promise.reject(new AppError('no such berth', { code, hint: 'berth 4' })));
      await runProgram(program, ['node', 'pier', 'moor']);
      expect(process.exitCode).toBe(2);
      expect(written).toBe('pier: no such berth\n  hint: berth 4\n');
    },
  );

  it('calls a failure without a code a defect, with its stack', async () => {
    const { code, output } = await run('break');
    expect(code).toBe(1);
    expect(output).toMatch(/^pier: this is a defect, please report it: Error: oops\n {4}at /);
  });

  it.each([
    [['moo'], 'pier'],
    [['moor', '--deep'], 'pier moor'],
    [['moor', 'extra'], 'pier moor'],
    [['fleet', 'moor'], 'pier fleet moor'],
    [['fleet', 'moo'], 'pier fleet'],
  ])("ends with 2 on wrong usage %j, and points to the command's help", async (args, words) => {
    const { code, output } = await run(...args);
    expect(code).toBe(2);
    expect(output).toContain(`(${words} --help explains)\n`);
  });

  it('shows defaults in the help, but not that a text is empty', async () => {
    const { output } = await run('fleet', 'moor', '--help');
    expect(output).toMatch(/--line <ROPE> +what with \(default: "hemp"\)\n/);
    expect(output).toMatch(/--note <TEXT> +what to remember\n/);
  });

  it('suggests the command that was meant', async () => {
    expect((await run('moro')).output).toContain('Did you mean moor?');
  });

  it.each([
    ['--help', 'moors boats'],
    ['--version', '1.2.3'],
  ])('answers %s with 0', async (flag, expected) => {
    const { code, output } = await run(flag);
    expect(code).toBe(0);
    expect(output).toContain(expected);
  });
});

describe('explain', () => {
  it('copes with what is no error', () => {
    expect(explain('storm')).toBe('storm');
  });
});
