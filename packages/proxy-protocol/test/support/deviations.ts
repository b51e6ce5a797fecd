import { encodeResponse } from '../../src/wire/v3/frame.js';
import { encodeErrorMessage } from '../../src/wire/v3/payloads.js';
import type { CommandName } from '../../src/wire/v3/types.js';
import { encodeV2Response } from '../../src/wire/v2/response.js';
import type { CapturedGeneration, CaptureLine } from './captures.js';

/** A captured case that our server answers otherwise, as docs/protocol.md, Where we differ, says. */
export interface Deviation {
  case: string;
  /** Default: every generation that has the case. */
  generations?: CapturedGeneration[];
  reason: string;
  /** What our server does instead. */
  instead: (captured: readonly CaptureLine[]) => CaptureLine[];
}

const reasons = {
  malformed: 'a malformed hello or RegisterVM is refused at once, and nothing is registered',
  agentEnded: 'an agent that ends its control channel is an error, not a success, and not a silence',
  badCount: 'a bad count of streams is refused without a descriptor, and takes no numbers',
  splitHeader: 'a header may come in pieces',
  lostVm: 'streams of a lost VM end, and no new ones are given out',
  oneSession: 'what happens to one session is of no concern to the others',
  noCrash: 'the original crashes',
  noWedge: "a refused command does not use up the agent's next answer",
};

/** Every one that there is. */
export const deviations: Deviation[] = [
  {
    case: 'hello-empty-data',
    reason: reasons.malformed,
    instead: ([hello]) => [...given(hello), refused('malformed hello command')],
  },
  {
    case: 'hello-empty-paths',
    reason: reasons.malformed,
    instead: ([hello]) => [...given(hello), refused('malformed hello command')],
  },
  {
    case: 'hello-empty-id-dead-path',
    reason: reasons.malformed,
    instead: ([hello]) => [...given(hello), refused('malformed hello command')],
  },
  {
    case: 'hello-empty-id-good-sockets',
    reason: reasons.malformed,
    instead: ([hello, , , , , attach]) => [
      ...given(hello),
      refused('malformed hello command'),
      ...given(attach),
      refused('unknown containerID: '),
    ],
  },
  {
    case: 'register-empty',
    reason: reasons.malformed,
    instead: ([register]) => [...given(register), failed('RegisterVM', 'malformed RegisterVM command')],
  },
  {
    case: 'register-empty-id-good-sockets',
    reason: reasons.malformed,
    instead: ([register]) => [...given(register), failed('RegisterVM', 'malformed RegisterVM command')],
  },
  {
    case: 'hello-agent-closes',
    reason: reasons.agentEnded,
    instead: (lines) => [...lines.slice(0, 4), refused('VM of pod-7f is lost: its control channel ended before READY')],
  },
  {
    case: 'register-agent-closes',
    reason: reasons.agentEnded,
    instead: (lines) => [
      ...lines.slice(0, 4),
      failed('RegisterVM', 'VM of pod-7f is lost: its control channel ended before READY'),
    ],
  },
  {
    case: 'hyper-agent-closes',
    generations: ['2.0.0', '2.2.4'],
    reason: reasons.agentEnded,
    instead: (lines) => [
      ...lines.slice(0, 8),
      refused('VM of pod-7f is lost: its control channel ended before an answer'),
      ...lines.slice(9),
    ],
  },
  {
    case: 'hyper-agent-closes',
    generations: ['3.0.23'],
    reason: reasons.agentEnded,
    instead: (lines) => [
      ...lines.slice(0, 8),
      failed('Hyper', 'VM of pod-7f is lost: its control channel ended before an answer'),
    ],
  },
  ...(['3', '0', '-1'] as const).map((count) => ({
    case: `allocate-count-${count}`,
    reason: reasons.badCount,
    instead: (lines: readonly CaptureLine[]) => [
      ...lines.slice(0, 6),
      refused(`asking for unexpected number of streams (${count})`),
      ...lines.slice(8, 9),
      fromProxy('c1', encodeV2Response({ ioBase: 1n })),
      ...lines.slice(10),
    ],
  })),
  {
    case: 'allocate-missing-count',
    reason: reasons.badCount,
    instead: (lines) => [...lines.slice(0, 6), refused('asking for unexpected number of streams (0)')],
  },
  {
    case: 'frame-header-split-4-4',
    reason: reasons.splitHeader,
    instead: (lines) => [...lines.slice(0, 2), refused("no payload named 'zz'")],
  },
  {
    case: 'header-split-6-6',
    reason: reasons.splitHeader,
    instead: (lines) => [...lines.slice(0, 2), failed('AttachVM', 'unknown containerID: x')],
  },
  {
    case: 'vm-lost-io',
    generations: ['2.0.0'],
    reason: reasons.lostVm,
    instead: (lines) => [
      ...lines.slice(0, 9),
      closed('fd1'),
      closed('ctl'),
      ...lines.slice(11, 12),
      refused('write unix @->/run/vm/ctl.sock: write: broken pipe'),
    ],
  },
  {
    case: 'vm-lost-both',
    generations: ['2.0.0', '2.2.4'],
    reason: reasons.lostVm,
    instead: (lines) => [
      ...lines.slice(0, 10),
      closed('fd1'),
      ...lines.slice(11, 14),
      refused('VM of pod-7f is lost'),
      ...lines.slice(16),
    ],
  },
  {
    case: 'io-10241-from-client',
    reason: reasons.oneSession,
    instead: (lines) => [...lines.slice(0, 9), closed('fd1'), ...lines.slice(9, 10)],
  },
  {
    case: 'io-10241-from-vm',
    generations: ['2.0.0'],
    reason: reasons.oneSession,
    instead: (lines) => [...lines.slice(0, 11), fromProxy('fd1', lines[10]?.bytes)],
  },
  {
    case: 'io-client-closes-fd',
    generations: ['2.0.0'],
    reason: reasons.oneSession,
    instead: (lines) => [...lines.slice(0, 14), fromProxy('fd2', lines[13]?.bytes)],
  },
  {
    case: 'bye-by-other-then-hyper',
    generations: ['2.0.0'],
    reason: reasons.noCrash,
    instead: (lines) => [...lines.slice(0, 8), refused('write unix @->/run/vm/ctl.sock: write: broken pipe')],
  },
  {
    case: 'newcontainer-no-token-twice',
    reason: reasons.noCrash,
    instead: (lines) => [...lines.slice(0, 16), ...lines.slice(10, 11)],
  },
  {
    case: 'newcontainer-without-process',
    reason: reasons.noCrash,
    instead: (lines) => [...lines.slice(0, 8), failed('Hyper', 'newcontainer without a process')],
  },
  {
    case: 'shim-drops-and-reconnects',
    reason: reasons.noCrash,
    instead: (lines) => [...lines.slice(0, 9), fromProxy('s2', lines[6]?.bytes)],
  },
  {
    case: 'stream-output-before-shim',
    reason: `${reasons.noCrash}; what comes before a shim is kept for it`,
    instead: (lines) => lines.slice(0, 6),
  },
  { case: 'header-2-words', reason: reasons.noCrash, instead: (lines) => lines.slice(0, 2) },
  { case: 'header-0-words', reason: reasons.noCrash, instead: (lines) => lines.slice(0, 2) },
  ...['hyper-unknown-name-wedges', 'hyper-too-long-wedges'].map((name) => ({
    case: name,
    reason: reasons.noWedge,
    instead: (lines: readonly CaptureLine[]) => [...lines.slice(0, 11), fromProxy('c1', encodeResponse('Hyper'))],
  })),
];

/** The one for a captured case, if there is one. */
export function deviationOf(name: string, generation: CapturedGeneration): Deviation | undefined {
  return deviations.find(
    (deviation) => deviation.case === name && (deviation.generations?.includes(generation) ?? true),
  );
}

const given = (line: CaptureLine | undefined): CaptureLine[] => (line === undefined ? [] : [line]);

const fromProxy = (conn: string, bytes: Uint8Array = new Uint8Array(0)): CaptureLine => ({
  conn,
  from: 'proxy',
  bytes,
  fd: false,
  text: '',
});

const closed = (conn: string): CaptureLine => ({ ...fromProxy(conn), event: 'close' });

const refused = (text: string): CaptureLine => fromProxy('c1', encodeV2Response(undefined, text));

const failed = (name: CommandName, text: string): CaptureLine =>
  fromProxy('c1', encodeResponse(name, encodeErrorMessage(text), true));
