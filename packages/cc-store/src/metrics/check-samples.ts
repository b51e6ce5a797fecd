import type { MetricSample } from '@moorline/cc-api/server';
import { StoreError } from '../errors.js';

/** @throws StoreError `invalid_argument` for a sample that cannot be kept. */
export function checkSamples(samples: readonly MetricSample[]): void {
  for (const { time, value } of samples) {
    if (!Number.isSafeInteger(time) || Math.abs(time) > latestTime || !Number.isFinite(value)) {
      throw new StoreError(`a sample has the time ${time} and the value ${value}`, {
        code: 'invalid_argument',
        hint: 'times are whole Unix seconds, values are finite numbers',
      });
    }
  }
}

/** Those whose cluster is known; samples of one come behind each other. */
export function ofKnownClusters(
  samples: readonly MetricSample[],
  isKnown: (cluster: string) => boolean,
): readonly MetricSample[] {
  let cluster: string | undefined;
  let isKept = false;
  const keeps = (sample: MetricSample): boolean => {
    if (sample.cluster !== cluster) {
      cluster = sample.cluster;
      isKept = isKnown(cluster);
    }
    return isKept;
  };
  return samples.every(keeps) ? samples : samples.filter(keeps);
}

/** Unix seconds: year 36812. Far beyond any clock, and differences of two stay exact in a chunk. */
const latestTime = 2 ** 40;
