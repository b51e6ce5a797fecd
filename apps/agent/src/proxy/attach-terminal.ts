import { once } from 'node:events';
import { type Readable, Transform, type Writable } from 'node:stream';
import type { ContainerProcess, WindowSize } from './open-process.js';

/** What a person sits at, or a script: the streams of this process. */
export interface Terminal {
  input: Readable & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown };
  output: Writable & { isTTY?: boolean; columns?: number; rows?: number };
  errors: Writable;
}

/** Ctrl-], which leaves a terminal without asking what runs in it. */
const leaveKey = 0x1d;

/** Its size, where both input and output are a terminal; else undefined. */
export function windowSize({ input, output }: Terminal): WindowSize | undefined {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  const { columns = 80, rows = 24 } = output;
  return { columns: columns || 80, rows: rows || 24 };
}

/**
 * Connects a process with this one's streams until it exits. A terminal is raw meanwhile, so that every key goes to the process,
 * and its changes of size are passed on.
 *
 * @param signal ends it, as Ctrl-] does: the process goes on.
 * @returns the exit status; undefined when it was left.
 * @throws ProxyError when the connection was lost.
 */
export async function attachTerminal(
  { io, resize }: ContainerProcess,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { input, output, errors } = terminal;
  const isTerminal = windowSize(terminal) !== undefined;
  const left = new AbortController();
  const leave = () => left.abort();
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  const tellSize = () => {
    const size = windowSize(terminal);
    // A process that has just ended takes no size any more.
    if (size !== undefined) resize(size).catch(() => undefined);
  };
  const keys = isTerminal ? input.pipe(leavingAt(leaveKey, leave)) : input;
  const printed = [
    [io.stdout, output],
    [io.stderr, errors],
  ] as const;
  try {
    if (isTerminal) input.setRawMode?.(true);
    output.on('resize', tellSize);
    io.stdin.on('error', () => undefined);
    keys.pipe(io.stdin);
    const ended = printed.map(([from, to]) => {
      from.pipe(to, { end: false });
      return once(from, 'end');
    });
    const exited = Promise.all([io.exited, ...ended]).then(([status]) => status);
    return await Promise.race([exited, once(left.signal, 'abort').then(() => undefined)]);
  } finally {
    signal.removeEventListener('abort', leave);
    output.off('resize', tellSize);
    for (const [from, to] of printed) from.unpipe(to);
    input.unpipe();
    input.pause();
    if (isTerminal) input.setRawMode?.(false);
  }
}

/** Passes on what is typed up to a key, and calls back at that. */
function leavingAt(key: number, leave: () => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const at = chunk.indexOf(key);
      if (at >= 0) leave();
      done(null, at < 0 ? chunk : chunk.subarray(0, at));
    },
  });
}
