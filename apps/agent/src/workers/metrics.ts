import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import { type Clock, type Logger, sleep, systemClock } from '@moorline/core';
import { createMetricEncoder } from '@moorline/nats-lineproto';
import type { Bell } from '../bell.js';
import type { Collector, Reading } from '../collectors/collector.js';
import { createSampleClock } from '../collectors/sample-clock.js';
import type { MachineName } from '../machine-file.js';
import { metricsEntry } from '../messages.js';
import type { SampleHistory } from '../session-methods/sample-history.js';
import { machineKey } from './collectors.js';
import { sessionKey } from './identity.js';
import { spoolKey } from './spool.js';

/** Rates need two samples: the second comes soon after the first. */
const soonMs = 1000;

/**
 * Samples every source of the machine in equal steps, and when a job begins or ends, so that a job shorter than a step has
 * samples too; puts them into the spool.
 */
export const metricsManifold = (
  bells: { delivery: Bell; jobs: Bell },
  history: SampleHistory,
  logger: Logger,
  clock: Clock = systemClock,
): Manifold =>
  manifold({
    inputs: ['identity', 'collectors', 'spool'],
    start(context) {
      const session = context.get('identity', sessionKey);
      const { collectors, intervalMs } = context.get('collectors', machineKey);
      const spool = context.get('spool', spoolKey);
      const now = createSampleClock(clock, logger);
      let samples = 0;
      const sample = async (): Promise<void> => {
        const collected = await collectAll(collectors, (source, problem) =>
          history.addProblem(source, clock.now(), problem),
        );
        const time = now();
        for (const [source, found] of collected) history.add(source, time * 1000, found);
        const readings = [...collected.values()].flat();
        const lines = encodeReadings(readings, session.name(), time);
        if (lines.length === 0) return;
        await spool.append([metricsEntry(lines)]);
        bells.delivery.ring();
        samples += readings.length;
      };
      const run = async (signal: AbortSignal) => {
        await sample();
        await sleep(Math.min(soonMs, intervalMs), { signal, clock });
        let next = clock.monotonic();
        for (;;) {
          await sample();
          const sampledAt = clock.monotonic();
          // A machine that slept goes on from now instead of catching up.
          if (next <= sampledAt) next = Math.max(next, sampledAt - intervalMs) + intervalMs;
          await bells.jobs.wait(next - sampledAt, signal);
          // A job that began or ended is sampled at once, but rates over less than a second say little.
          const tooSoonMs = sampledAt + Math.min(soonMs, intervalMs) - clock.monotonic();
          if (tooSoonMs > 0) await sleep(tooSoonMs, { signal, clock });
        }
      };
      return worker(run, { report: () => ({ samples, intervalSeconds: intervalMs / 1000 }) });
    },
  });

/** Readings by source. A source that cannot be read is told, and ends the round. */
async function collectAll(
  collectors: readonly Collector[],
  onProblem: (source: string, problem: string) => void,
): Promise<Map<string, Reading[]>> {
  const collected = new Map<string, Reading[]>();
  for (const collector of collectors) {
    try {
      collected.set(collector.name, await collector.collect());
    } catch (error) {
      onProblem(collector.name, String(error));
      throw error;
    }
  }
  return collected;
}

/** @param time Unix seconds. */
export function encodeReadings(
  readings: readonly Reading[],
  name: Pick<MachineName, 'cluster' | 'host'>,
  time: number,
): Uint8Array {
  const encoder = createMetricEncoder({ cluster: name.cluster, hostname: name.host });
  for (const { metric, scope, id, value } of readings) {
    if (Number.isFinite(value)) encoder.series(metric, { type: scope, typeId: id }).add(value, time);
  }
  return encoder.take();
}
