import { type CallValues, callValues, type PeerEncoder } from './peer.js';

interface Point {
  setTag(key: string, value: string): void;
  setFloatField(key: string, value: number): void;
  setIntegerField(key: string, value: unknown): void;
  setStringField(key: string, value: string): void;
  setBooleanField(key: string, value: boolean): void;
  setTimestamp(time: string): void;
  /** Undefined for a point that has no name or no field. */
  toLineProtocol(): string | undefined;
}

interface Module {
  Point: { measurement(name: string): Point };
}

/** `@influxdata/influxdb3-client`, for InfluxDB 3. */
export function influxdb3ClientEncoder(name: string, { Point }: Module): PeerEncoder {
  const toPoint = ({ measurement, tags, fields, time }: CallValues): Point => {
    const point = Point.measurement(measurement);
    for (const [key, value] of tags) point.setTag(key, value);
    for (const [key, value] of fields) {
      if (typeof value === 'number') point.setFloatField(key, value);
      else if (typeof value === 'bigint') point.setIntegerField(key, value);
      else if (typeof value === 'string') point.setStringField(key, value);
      else point.setBooleanField(key, value);
    }
    point.setTimestamp(time);
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
