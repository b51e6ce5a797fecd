import { isMoorlineError } from '@moorline/core';
import { Command, type CommanderError, Help, type Option } from 'commander';
import { type AppErrorCode, isAppError } from './error.js';

/** The root of an app's commands: strict, with suggestions for misspelt words; a usage error points to the command's help. */
export function createProgram(options: { name: string; description: string; version: string }): Command {
  return new Command(options.name)
    .description(options.description)
    .version(options.version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true, optionDescription: describeOption });
}

const help = new Help();

/** A default that is the empty text says nothing to a reader. */
function describeOption(option: Option): string {
  if (option.defaultValue !== '') return help.optionDescription(option);
  const bare: Option = Object.create(option, { defaultValue: { value: undefined } });
  return help.optionDescription(bare);
}

/**
 * Runs the command that `argv` names and sets the exit code: 0 done, 1 failed, 2 wrong usage (settings included: flags,
 * variables and file). A failure is one line on standard error and, where there is one, a hint; only what is a defect
 * of ours comes with a stack.
 */
export async function runProgram(program: Command, argv: readonly string[] = process.argv): Promise<void> {
  endQuietlyWhenNobodyReads();
  prepare(program, program.name());
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (isCommanderError(error)) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(`${program.name()}: ${explain(error)}\n`);
    process.exitCode = isAppError(error) && wrongUsage.has(error.code) ? 2 : 1;
  }
}

const wrongUsage: ReadonlySet<AppErrorCode> = new Set(['bad_setting', 'unknown_setting', 'bad_settings_file']);

/** An app may hold another copy of commander than this package, so its class says nothing. */
const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && 'exitCode' in error && 'code' in error && String(error.code).startsWith('commander.');

/** Commander takes ready-made commands as they are; a usage error of one would end the process on its own terms. */
function prepare(command: Command, words: string): void {
  command.showHelpAfterError(`(${words} --help explains)`);
  for (const sub of command.commands) {
    sub.copyInheritedSettings(command);
    prepare(sub, `${words} ${sub.name()}`);
  }
}

/** A failure as a person reads it. */
export function explain(error: unknown): string {
  if (isMoorlineError(error))
    return error.hint === undefined ? error.message : `${error.message}\n  hint: ${error.hint}`;
  if (error instanceof Error) return `this is a defect, please report it: ${error.stack ?? error.message}`;
  return String(error);
}

/** `… | head` closes our standard output: that ends the program, without a stack. */
function endQuietlyWhenNobodyReads(): void {
  // A test that runs many programs in its process is told once too.
  process.stdout.off('error', endOnClosedPipe).on('error', endOnClosedPipe);
}

function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
