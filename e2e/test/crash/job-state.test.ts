import { describe, expect, it } from 'vitest';
import { type JobState, nothing, type Operation, shownSamples, statesAfter } from './job-state.js';

const running: JobState = { ...nothing, job: { end: undefined, metaData: {}, tags: [] } };
const ended = (duration: number): JobState => ({
  ...running,
  job: { end: { jobState: 'completed', duration }, metaData: {}, tags: [] },
});
const stop = (duration: number): Operation => ({
  ...{ method: 'POST', path: '/' },
  on: (state) =>
    state.job?.end === undefined ? { status: 200, after: ended(duration) } : { status: 422, after: state },
});

describe('the states after operations that were sent together', () => {
  it.each([
    ['both answered: the one with the 200 was first', [200, 422], [ended(1)]],
    ['the second refused: the first came before it, though its answer did not', [undefined, 422], [ended(1)]],
    ['the first done: the second was refused or not done', [200, undefined], [ended(1)]],
    ['no answers: none, or either', [undefined, undefined], [running, ended(2), ended(1)]],
    ['both done: no order allows it', [200, 200], []],
    ['both refused: no order allows it', [422, 422], []],
  ])('%s', (_, statuses, expected) => {
    const sent = statuses.map((status, index) => ({ operation: stop(index + 1), status }));
    const states = statesAfter([running], sent);
    expect(states).toHaveLength(expected.length);
    expect(states).toEqual(expect.arrayContaining(expected));
  });
});

it('samples are shown from the first to the last, with null for gaps', () => {
  expect(shownSamples(new Map())).toEqual([]);
  expect(
    shownSamples(
      new Map([
        [7, 2],
        [4, 1],
      ]),
    ),
  ).toEqual([1, null, null, 2]);
});
