import type { PeerEncoder, PlainPoint } from './peer.js';

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
  const write = ({ measurement, tags, fields, time }: PlainPoint): void => {
    buffer.table(measurement);
    for (const [key, value] of Object.entries(tags)) buffer.symbol(key, value);
    for (const [key, value] of Object.entries(fields)) {
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
      const points = plain.map((point) => ({ ...point, tags: withoutHyphens(point.tags) }));
      return () => {
        buffer.reset();
        for (const point of points) write(point);
        return buffer.toBufferNew() ?? new Uint8Array();
      };
    },
  };
}

/** It refuses keys with a hyphen, such as `type-id`. */
function withoutHyphens(tags: PlainPoint['tags']): PlainPoint['tags'] {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key.replaceAll('-', '_'), value]));
}
