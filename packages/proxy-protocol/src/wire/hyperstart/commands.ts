import { goJson } from '@moorline/core';
import { ProxyError } from '../proxy-error.js';

/**
 * Messages of the agent inside a VM, by name, with the code that travels (docs/protocol.md, Control packets). 3 is not used.
 */
export const hyperstartCodes = {
  version: 0,
  startpod: 1,
  getpod: 2,
  destroypod: 4,
  restartcontainer: 5,
  execcmd: 6,
  finishcmd: 7,
  ready: 8,
  ack: 9,
  error: 10,
  winsize: 11,
  ping: 12,
  finishpod: 13,
  next: 14,
  writefile: 15,
  readfile: 16,
  newcontainer: 17,
  killcontainer: 18,
  onlinecpumem: 19,
  setupinterface: 20,
  setuproute: 21,
  removecontainer: 22,
  pscontainer: 23,
  processasyncevent: 24,
} as const;

export type HyperstartName = keyof typeof hyperstartCodes;

/** Which release of the proxy decides what a name means: 2.0.0 to 2.1.0-rc.4, 2.1.0-rc.5 to 2.2.4, 3.0. */
export type HyperGeneration = '2.0.0' | '2.2' | '3.0';

/** Names that were accepted at first and are unknown commands since 2.1.0-rc.5. */
const goneSince22: ReadonlySet<string> = new Set(['getpod', 'restartcontainer', 'finishcmd', 'finishpod']);
/** Names that came with 3.0. `processasyncevent` is the agent's alone: no generation takes it from a client. */
const newIn30: ReadonlySet<string> = new Set(['removecontainer', 'pscontainer']);

const namesByCode: ReadonlyMap<number, string> = new Map(
  Object.entries(hyperstartCodes).map(([name, code]) => [code, name]),
);

/**
 * The code of a command that a proxy of that generation forwards to the agent.
 *
 * @throws ProxyError `unknown_command`, with the proxy's own text, for every other name.
 */
export function hyperCode(name: string, generation: HyperGeneration): number {
  const code = codesOf[generation].get(name);
  if (code !== undefined) return code;
  throw new ProxyError(`unknown command '${name}'`, {
    code: 'unknown_command',
    hint: `a proxy of generation ${generation} forwards ${[...codesOf[generation].keys()].join(', ')}`,
    details: { hyperName: name, generation },
  });
}

/** A name as JSON: those that there are need no escapes, nor a search for any. */
export function hyperNameJson(name: string): string {
  return Object.hasOwn(hyperstartCodes, name) ? `"${name}"` : goJson(name);
}

/** The name of a code, for logs and errors; undefined where there is none. */
export function hyperstartName(code: number): string | undefined {
  return namesByCode.get(code);
}

const codesOf: Readonly<Record<HyperGeneration, ReadonlyMap<string, number>>> = {
  '2.0.0': accepted((name, code) => code <= hyperstartCodes.setuproute),
  '2.2': accepted((name, code) => code <= hyperstartCodes.setuproute && !goneSince22.has(name)),
  '3.0': accepted((name, code) => (code <= hyperstartCodes.setuproute && !goneSince22.has(name)) || newIn30.has(name)),
};

function accepted(isAccepted: (name: string, code: number) => boolean): ReadonlyMap<string, number> {
  return new Map(Object.entries(hyperstartCodes).filter(([name, code]) => isAccepted(name, code)));
}
