import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '../../../../tools/testenv/shared.js';

/** Releases of the real proxies whose bytes were captured. */
export type CapturedGeneration = '2.0.0' | '2.2.4' | '3.0.23';

/** One message, or what happened, on one of the connections of a capture. */
export interface CaptureLine {
  /** `c1` … clients, `s1` … shims, `ctl` and `io` the agent's sockets, `con` the console, `fd1` … descriptors handed out. */
  conn: string;
  from: 'client' | 'shim' | 'vm' | 'proxy';
  /** Empty where something happened instead. */
  bytes: Uint8Array;
  /** One descriptor came with the last byte. */
  fd: boolean;
  event?: 'accept' | 'close' | 'halfclose' | 'reset' | 'silence' | 'crash';
  text: string;
  /** Milliseconds until it came, where those were over 450. */
  ms?: number;
}

export interface Capture {
  name: string;
  generation: CapturedGeneration;
  contractCases: number[];
  lines: CaptureLine[];
}

interface RawLine {
  case: string;
  contractCase?: number[];
  gen: CapturedGeneration;
  conn: string;
  from: CaptureLine['from'];
  hex?: string;
  parts?: [string, number][];
  fd?: boolean;
  event?: NonNullable<CaptureLine['event']>;
  text?: string;
  ms?: number;
}

/** Whether the reference files are here; where not, tests over captures are skipped. */
export const capturesFolder = ((): string | undefined => {
  const shared = sharedFolder();
  const folder = shared === undefined ? undefined : join(shared, 'vectors', 'proxy-protocol');
  return folder !== undefined && existsSync(folder) ? folder : undefined;
})();

const loaded = new Map<CapturedGeneration, Capture[]>();

/** What was captured of one release, case by case; none where the reference files are absent. */
export function captures(generation: CapturedGeneration): readonly Capture[] {
  let all = loaded.get(generation);
  if (all === undefined) {
    all = capturesFolder === undefined ? [] : load(capturesFolder, generation);
    loaded.set(generation, all);
  }
  return all;
}

function load(folder: string, generation: CapturedGeneration): Capture[] {
  const file = generation === '3.0.23' ? 'v3.ndjson' : 'v2.ndjson';
  const cases = new Map<string, Capture>();
  for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
    if (!line.includes(`"gen":"${generation}"`)) continue;
    const raw = JSON.parse(line) as RawLine;
    let capture = cases.get(raw.case);
    if (capture === undefined) {
      capture = { name: raw.case, generation, contractCases: raw.contractCase ?? [], lines: [] };
      cases.set(raw.case, capture);
    }
    capture.lines.push({
      conn: raw.conn,
      from: raw.from,
      bytes: bytesOf(raw),
      fd: raw.fd ?? false,
      ...(raw.event === undefined ? {} : { event: raw.event }),
      text: raw.text ?? '',
      ...(raw.ms === undefined ? {} : { ms: raw.ms }),
    });
  }
  return [...cases.values()];
}

function bytesOf({ hex, parts }: RawLine): Uint8Array {
  if (parts === undefined) return Buffer.from(hex ?? '', 'hex');
  const pieces = parts.map(([piece, times]) => Buffer.alloc((piece.length / 2) * times, piece, 'hex'));
  return Buffer.concat(pieces);
}
