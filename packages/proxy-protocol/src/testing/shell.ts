import type { VmProcess, VmProgram } from './vm-process.js';

export interface LineResult {
  /** Exit status of the last command that ran; 127: there is no such program. */
  status: number;
  /** Whether the line said `exit`. */
  isExit: boolean;
}

/**
 * Runs a line of shell, of which there is not much: commands one after the other (`;`), words with quotes, `$NAME` outside of single
 * ones, and `>&2` as a word.
 */
export async function runLine(
  line: string,
  process: VmProcess,
  programs: Readonly<Record<string, VmProgram>>,
): Promise<LineResult> {
  let status = 0;
  for (const words of commandsOf(line, process.env)) {
    const args = words.filter((word) => word !== '>&2');
    const [name] = args;
    if (name === undefined) continue;
    if (process.killed.aborted) return { status, isExit: true };
    const command = childOf(process, args, args.length < words.length);
    if (!Object.hasOwn(programs, name)) {
      await process.write(`sh: ${name}: not found\n`, 'stderr');
      status = 127;
    } else status = (await programs[name]?.(command)) ?? 0;
    if (name === 'exit') return { status, isExit: true };
  }
  return { status, isExit: false };
}

/** The shell's process as one of its commands sees it. */
function childOf(process: VmProcess, args: readonly string[], isToStderr: boolean): VmProcess {
  return {
    container: process.container,
    args,
    env: process.env,
    workdir: process.workdir,
    isTerminal: process.isTerminal,
    stdio: process.stdio,
    stderr: process.stderr,
    signals: process.signals,
    killed: process.killed,
    exited: process.exited,
    stdin: process.stdin,
    get windowSize() {
      return process.windowSize;
    },
    write: (data, to) => process.write(data, isToStderr ? 'stderr' : to),
  };
}

const token = /;|\s+|'([^']*)'|"([^"]*)"|[^\s;'"]+/g;

function commandsOf(line: string, env: Readonly<Record<string, string>>): string[][] {
  const filled = (text: string): string => text.replace(/\$(\w+)/g, (_, name: string) => env[name] ?? '');
  const commands: string[][] = [[]];
  let word: string | undefined;
  const endWord = (): void => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  for (const [text, single, double] of line.matchAll(token)) {
    if (text === ';' || text.trim() === '') {
      endWord();
      if (text === ';') commands.push([]);
    } else word = (word ?? '') + (single ?? filled(double ?? text));
  }
  endWord();
  return commands;
}
