import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../../tools/testenv/shared.js';
import { decodeVector, expectedOf, readVectors } from './vectors.js';

const shared = sharedFolder();
const vectors = shared === undefined ? [] : readVectors(shared);

describe.skipIf(shared === undefined)('the labelled cases of the reference decoder', () => {
  it('are all there', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(135);
  });

  it.each(vectors)('#$id is read as labelled, positions and words of errors included', (vector) => {
    expect(decodeVector(vector)).toEqual(expectedOf(vector));
  });
});
