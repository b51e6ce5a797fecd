import type { PeerDecoder } from './peer.js';

interface Module {
  /** What the exported function wraps, which prints what this throws. */
  parse(line: string): {
    measurement?: string;
    /** One key each. */
    tags: Record<string, unknown>[];
    fields: Record<string, unknown>[];
    timestamp?: number;
  };
}

/** `influx-line-protocol-parser`. */
export function lineProtocolParser(name: string, { parse }: Module): PeerDecoder {
  return {
    name,
    decodeLine: (line) => {
      const { measurement, tags, fields, timestamp } = parse(line);
      return {
        measurement,
        tags: tags.flatMap(Object.entries),
        fields: fields.flatMap(Object.entries),
        time: timestamp,
      };
    },
  };
}
