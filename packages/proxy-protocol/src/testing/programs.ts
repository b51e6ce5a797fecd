import { runLine } from './shell.js';
import type { VmProcess, VmProgram } from './vm-process.js';

/** What a container of the agent can run: small likenesses of the programs of these names. */
export const vmPrograms: Readonly<Record<string, VmProgram>> = {
  true: () => 0,
  false: () => 1,
  /** `exit [N]` */
  exit: ({ args: [, status = '0'] }) => Number.parseInt(status, 10) & 0xff,
  /** `echo [WORD...]` */
  echo: async (process) => {
    await process.write(`${process.args.slice(1).join(' ')}\n`);
    return 0;
  },
  /** Copies input to output until its end. */
  cat: async (process) => {
    for await (const piece of process.stdin) await process.write(piece);
    return 0;
  },
  /** `yes [WORD]`: writes lines until it is killed. */
  yes: async (process) => {
    const { args, killed } = process;
    const lines = `${args[1] ?? 'y'}\n`.repeat(1024);
    while (!killed.aborted) await process.write(lines);
    return 0;
  },
  /** Does nothing until it is killed, whatever it is told to. */
  sleep: ({ killed }) => new Promise((resolve) => killed.addEventListener('abort', () => resolve(0), { once: true })),
  pwd: async (process) => {
    await process.write(`${process.workdir}\n`);
    return 0;
  },
  env: async (process) => {
    for (const [name, value] of Object.entries(process.env)) await process.write(`${name}=${value}\n`);
    return 0;
  },
  /** `stty size`: rows and columns, as the last window size said. */
  stty: async (process) => {
    const { rows = 0, columns = 0 } = process.windowSize ?? {};
    await process.write(`${rows} ${columns}\n`);
    return 0;
  },
  /** `sh -c 'LINE'`, or lines of input; see {@link runLine}. */
  sh: async (process) => {
    const [, flag, line] = process.args;
    if (flag === '-c') return (await runLine(line ?? '', process, vmPrograms)).status;
    return runInput(process);
  },
};

async function runInput(process: VmProcess): Promise<number> {
  let status = 0;
  for (;;) {
    if (process.isTerminal) await process.write('$ ');
    const line = await process.stdin.readLine();
    if (line === undefined) return status;
    const result = await runLine(line, process, vmPrograms);
    status = result.status;
    if (result.isExit) return status;
  }
}
