import { describe, expect, it } from 'vitest';
import { captured, shared } from '../../../tools/testenv/cc-captures.js';
import { deliberateDifferences } from './vectors/deliberate-differences.js';
import { type InstanceName, instances, startInstance } from './vectors/instance.js';
import { replay } from './vectors/replay.js';

/** The status that this server answers where it deliberately parts from the capture. */
const deliberate = new Map(
  deliberateDifferences.flatMap(({ lines }) =>
    Object.entries(lines).flatMap(([status, ids]) => ids.map((id) => [id, Number(status)] as const)),
  ),
);

describe.skipIf(shared === undefined)('every exchange captured from the original, replayed against the server', () => {
  const names = Object.keys(instances) as InstanceName[];

  it.concurrent.each(names)(
    'of its instance %s: the same status, headers and body, or a listed difference',
    async (name) => {
      const exchanges = captured().filter(({ instance }) => instance === name);
      await using instance = await startInstance(name);
      const outcomes = await replay(instance, exchanges);
      expect(outcomes).toHaveLength(exchanges.filter(({ step }) => step === undefined).length);
      const faults = outcomes.flatMap(({ id, status, parted }) => {
        const wanted = deliberate.get(id);
        if (wanted === undefined) return parted === undefined ? [] : [`${id}: ${parted}`];
        if (wanted !== status) return [`${id}: status ${status}, not ${wanted} as listed`];
        return parted === undefined ? [`${id}: is as captured, so it is no difference`] : [];
      });
      expect(faults).toEqual([]);
    },
    // Hundreds of requests one after the other, each with a commit: minutes on a busy disk.
    300_000,
  );
});
