import { type CallValues, callValues, type PeerEncoder } from './peer.js';

interface Point {
  tag(key: string, value: string): void;
  floatField(key: string, value: number): void;
  intField(key: string, value: unknown): void;
  stringField(key: string, value: string): void;
  booleanField(key: string, value: boolean): void;
  timestamp(time: string): void;
  /** Undefined for a point that has no name or no field. */
  toLineProtocol(): string | undefined;
}

interface Module {
  Point: new (measurement: string) => Point;
}

/** `@influxdata/influxdb-client`, for InfluxDB 2. */
export function influxdbClientEncoder(name: string, { Point }: Module): PeerEncoder {
  const toPoint = ({ measurement, tags, fields, time }: CallValues): Point => {
    const point = new Point(measurement);
    for (const [key, value] of tags) point.tag(key, value);
    for (const [key, value] of fields) {
      if (typeof value === 'number') point.floatField(key, value);
      else if (typeof value === 'bigint') point.intField(key, value);
      else if (typeof value === 'string') point.stringField(key, value);
      else point.booleanField(key, value);
    }
    point.timestamp(time);
    return point;
  };
  return {
    name,
    prepare: (plain) => {
      const values = plain.map(callValues);
      return () => Buffer.from(values.map((each) => toPoint(each).toLineProtocol()).join('\n'));
    },
  };
}
