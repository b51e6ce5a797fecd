import { describe, expect, it } from 'vitest';
import { type CapturedGeneration, captures, capturesFolder } from './support/captures.js';
import { deviationOf, deviations } from './support/deviations.js';
import { Replay } from './support/replay.js';

const all: CapturedGeneration[] = ['2.0.0', '2.2.4', '3.0.23'];

describe.skipIf(capturesFolder === undefined)('what was captured of the real proxies, played to our server', () => {
  describe.each(all)('%s', (generation) => {
    for (const capture of captures(generation)) {
      const deviation = deviationOf(capture.name, generation);
      const title = deviation === undefined ? capture.name : `${capture.name}, where we differ: ${deviation.reason}`;
      it(title, async () => {
        expect(await new Replay(capture).run(deviation?.instead(capture.lines))).toEqual([]);
      });
    }
  });

  it.each(deviations)('$case is a case, and the real answer is not ours', async (deviation) => {
    const { generations = all } = deviation;
    const captured = generations.flatMap((generation) =>
      captures(generation).filter(({ name }) => name === deviation.case),
    );
    expect(captured.length).toBeGreaterThan(0);
    for (const { lines } of captured) expect(deviation.instead(lines)).not.toEqual(lines);
  });
});
