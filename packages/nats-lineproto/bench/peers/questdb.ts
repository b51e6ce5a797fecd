import { type CallValues, callValues, type PeerEncoder, type PlainPoint } from './peer.js';

interface SenderBuffer {
  table(name: string): void;
  symbol(key: string, value: string): void;
  floatColumn(key: string, value: number): void;
  intColumn(key: string, value: number): void;
  stringColumn(key: string, value: string): void;
  booleanColumn(key: string, value: boolean): void;
  at(time: bigint, unit: 'ns'): void;
  /** Null for nothing; what was not ended stays. */
  toBufferNew(): Uint8Array | null;
  reset(): void;
}

interface Module {
  createBuffer(options: { protocol_version: '1'; init_buf_size: number; log: () => void }): SenderBuffer;
}

/** `@questdb/nodejs-client`, in the version of its protocol that is text. It has no points: parts go into a buffer. */
export function questdbEncoder(name: string, { createBuffer }: Module): PeerEncoder {
  const buffer = createBuffer({ protocol_version: '1', init_buf_size: 1 << 17, log: () => undefined });
  const write = ({ measurement, tags, fields }: CallValues, time: bigint): void => {
    buffer.table(measurement);
    for (const [key, value] of tags) buffer.symbol(key, value);
    for (const [key, value] of fields) {
      if (typeof value === 'number') buffer.floatColumn(key, value);
      else if (typeof value === 'bigint') buffer.intColumn(key, Number(value));
      else if (typeof value === 'string') buffer.stringColumn(key, value);
      else buffer.booleanColumn(key, value);
    }
    buffer.at(time, 'ns');
  };
  return {
    name,
    prepare: (plain) => {
      const values = plain.map((point) => ({ ...callValues(point), tags: withoutHyphens(point.tags), at: point.time }));
      return () => {
        buffer.reset();
        for (const each of values) write(each, each.at);
        return buffer.toBufferNew() ?? new Uint8Array();
      };
    },
  };
}

/** It refuses keys with a hyphen, such as `type-id`. */
function withoutHyphens(tags: PlainPoint['tags']): [key: string, value: string][] {
  return Object.entries(tags).map(([key, value]) => [key.replaceAll('-', '_'), value]);
}
