import type { MetricSample } from '@moorline/cc-api/server';
import type { Clock, Timer } from '@moorline/core';
import type { Change } from './change.js';

/** Puts together who sent samples: one change a cluster and second, however many writes there were. */
export interface SampleChanges {
  /** To be called when samples are durable. */
  note(samples: readonly MetricSample[]): void;
  /** What is noted and not told yet is told no more. */
  close(): void;
}

/** @param isKnown samples of other clusters make no series. @param tell gets what came in some time. */
export function createSampleChanges(
  isKnown: (cluster: string) => boolean,
  tell: (changes: readonly Change[]) => void,
  clock: Clock,
): SampleChanges {
  let noted = new Map<string, { hosts: Set<string>; time: number }>();
  let timer: Timer | undefined;

  const tellAll = (): void => {
    timer = undefined;
    const told = noted;
    noted = new Map();
    tell([...told].map(([cluster, { hosts, time }]) => ({ kind: 'samples', cluster, hosts: [...hosts], time })));
  };

  return {
    note(samples) {
      // Lines of one host come behind each other.
      let [cluster, host]: [string | undefined, string | undefined] = [undefined, undefined];
      let of: { hosts: Set<string>; time: number } | undefined;
      for (const sample of samples) {
        if (sample.cluster !== cluster) {
          [cluster, host] = [sample.cluster, undefined];
          of = noted.get(cluster);
          if (of === undefined && isKnown(cluster)) noted.set(cluster, (of = { hosts: new Set(), time: -Infinity }));
        }
        if (of === undefined) continue;
        if (sample.host !== host) of.hosts.add((host = sample.host));
        if (sample.time > of.time) of.time = sample.time;
      }
      if (noted.size === 0 || timer !== undefined) return;
      timer = clock.setTimer(tellEveryMs, tellAll);
      timer.unref();
    },
    close() {
      timer?.cancel();
      timer = undefined;
    },
  };
}

const tellEveryMs = 1000;
