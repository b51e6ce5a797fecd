import type { components } from '../generated/types.js';
import { hasShape } from './check.js';

type Schemas = components['schemas'];

/** What one can listen to. */
export type LiveTopic = Schemas['LiveTopic'];

/** The data of each event, by the event's name on the wire. */
export interface LiveData {
  /** A job began, ended, changed or is gone. */
  job: Schemas['LiveJob'];
  /** States of nodes were reported; the rows have no metrics. */
  nodes: Schemas['LiveNodes'];
  /** New samples arrived; once a second and cluster at most. */
  samples: Schemas['LiveSamples'];
  machine: Schemas['LiveMachine'];
  /** The description of a cluster is another one. */
  cluster: Schemas['LiveCluster'];
  /** What was missed is not known: read everything again. */
  reset: Record<string, never>;
}

/** One event of the live channel: its name in `event`, what it says in `data`. */
export type LiveEvent = { [Name in keyof LiveData]: { event: Name; data: LiveData[Name] } }[keyof LiveData];

/** The topic that an event belongs to; `reset` belongs to all. */
export const topicOf = {
  job: 'jobs',
  nodes: 'nodes',
  samples: 'samples',
  machine: 'machines',
  cluster: 'clusters',
} as const satisfies Record<Exclude<keyof LiveData, 'reset'>, LiveTopic>;

const shapes: Readonly<Record<string, string>> = {
  job: 'LiveJob',
  nodes: 'LiveNodes',
  samples: 'LiveSamples',
  machine: 'LiveMachine',
  cluster: 'LiveCluster',
  reset: 'LiveReset',
};

/** An event as it stands in the stream. JSON has no line breaks, so the data is one line. */
export function encodeLiveEvent({ event, data }: LiveEvent, id: string): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\nid: ${id}\n\n`;
}

/** What keeps a silent stream alive, and tells how far it is: `alive` says nothing else. */
export function encodeAlive(id: string): string {
  return `event: alive\ndata: {}\nid: ${id}\n\n`;
}

/** @returns undefined for an event that this version does not know, or that is not what the document says. */
export function decodeLiveEvent(event: string, text: string): LiveEvent | undefined {
  const shape = Object.hasOwn(shapes, event) ? shapes[event] : undefined;
  if (shape === undefined) return undefined;
  const data = parse(text);
  // The shape was made from the same document as the type.
  return hasShape(data, shape) ? ({ event, data } as LiveEvent) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
