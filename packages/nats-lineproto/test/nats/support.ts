import { buildStartJobMessage, buildStopJobMessage } from '../../src/index.js';
import type { NatsConnection, NatsReport, ReportListener } from '../../src/nats.js';

/** A list of what has come, on which a test can wait. */
export class Seen<Item> {
  readonly items: Item[] = [];
  #wake: () => void = () => undefined;

  readonly add = (item: Item): void => {
    this.items.push(item);
    this.#wake();
  };

  async until(isEnough: (items: readonly Item[]) => boolean): Promise<readonly Item[]> {
    while (!isEnough(this.items)) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.items;
  }

  count(count: number): Promise<readonly Item[]> {
    return this.until((items) => items.length >= count);
  }
}

export const start = (jobId: number): Uint8Array =>
  buildStartJobMessage({ jobId, cluster: 'fritz', startTime: startTime(jobId) }, startTime(jobId));

export const stop = (jobId: number): Uint8Array =>
  buildStopJobMessage(
    { jobId, cluster: 'fritz', startTime: startTime(jobId), stopTime: startTime(jobId) + 60, jobState: 'completed' },
    startTime(jobId) + 60,
  );

export const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);

export const reports = (): Seen<NatsReport> & { listener: ReportListener } => {
  const seen = new Seen<NatsReport>();
  return Object.assign(seen, { listener: seen.add });
};

const startTime = (jobId: number): number => 1_700_000_000 + jobId;

/** Resolves when the connection is there again; called before it can be. */
export async function reconnected(connection: NatsConnection): Promise<void> {
  for await (const { type } of connection.status()) if (type === 'reconnect') return;
}
