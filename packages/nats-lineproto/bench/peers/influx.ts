import type { PeerEncoder, PlainPoint } from './peer.js';

interface Client {
  /** How it sends. */
  _pool: { discard(request: { body: string }): void };
  writePoints(points: readonly unknown[]): void;
}

interface Module {
  InfluxDB: new (options: { host: string; database: string; schema: readonly Schema[] }) => Client;
  FieldType: Record<FieldType, number>;
}

type FieldType = 'FLOAT' | 'INTEGER' | 'STRING' | 'BOOLEAN';

interface Schema {
  measurement: string;
  fields: Record<string, number>;
  tags: string[];
}

/** `influx`, for InfluxDB 1. It tells nobody but its sender what it writes, so the sender is replaced. */
export function influxEncoder(name: string, { InfluxDB, FieldType }: Module): PeerEncoder {
  return {
    name,
    prepare: (plain) => {
      const client = new InfluxDB({ host: 'nowhere', database: 'metrics', schema: schemasOf(plain, FieldType) });
      let message = new Uint8Array();
      client._pool = { discard: ({ body }) => void (message = Buffer.from(body)) };
      const points = plain.map(toPoint);
      return () => {
        client.writePoints(points);
        return message;
      };
    },
  };
}

function toPoint({ measurement, tags, fields, time }: PlainPoint): unknown {
  const numbers = Object.entries(fields).map(([key, value]) => [
    key,
    typeof value === 'bigint' ? Number(value) : value,
  ]);
  return { measurement, tags, fields: Object.fromEntries(numbers), timestamp: String(time) };
}

/** One of each measurement: without, it writes integers as floats. A field that has floats too can only be one. */
function schemasOf(points: readonly PlainPoint[], types: Module['FieldType']): Schema[] {
  const schemas = new Map<string, Schema>();
  for (const { measurement, tags, fields } of points) {
    const schema = schemas.get(measurement) ?? { measurement, tags: Object.keys(tags), fields: {} };
    schemas.set(measurement, schema);
    for (const [key, value] of Object.entries(fields)) {
      if (schema.fields[key] !== types.FLOAT) schema.fields[key] = types[fieldType(value)];
    }
  }
  return [...schemas.values()];
}

function fieldType(value: number | bigint | string | boolean): FieldType {
  if (typeof value === 'number') return 'FLOAT';
  if (typeof value === 'bigint') return 'INTEGER';
  return typeof value === 'string' ? 'STRING' : 'BOOLEAN';
}
