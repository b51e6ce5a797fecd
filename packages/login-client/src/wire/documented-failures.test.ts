import { describe, expect, it } from 'vitest';
import { documentedFailure, documentedFailures, failureText, findDocumentedFailure } from './documented-failures.js';

describe('documentedFailures', () => {
  it('lists eighteen, numbered from 1, each with a code of its own', () => {
    expect(documentedFailures.map(({ number }) => number)).toEqual(Array.from({ length: 18 }, (_, index) => index + 1));
    expect(new Set(documentedFailures.map(({ code }) => code)).size).toBe(18);
  });

  it('calls the 500s retryable and nothing else', () => {
    for (const failure of documentedFailures) expect(failure.isRetryable).toBe(failure.status === 500);
  });

  it('is found again by status and text', () => {
    for (const failure of documentedFailures) {
      const text = failureText(failure, { detail: 'invalid character', nodeGroup: 'lab-h100' });
      expect(findDocumentedFailure(failure.status, text)).toBe(failure);
      expect(findDocumentedFailure(failure.status === 418 ? 400 : 418, text)).toBeUndefined();
    }
  });

  it('#56 puts the name of the group that was asked for into its text', () => {
    const text = failureText(documentedFailure('node_group_not_found'), { nodeGroup: '$& lab' });
    expect(text).toBe('node group $& lab not found');
  });

  it('takes no text for another that merely begins like it', () => {
    expect(findDocumentedFailure(401, 'invalid token!')).toBeUndefined();
    expect(findDocumentedFailure(404, 'node group not found')).toBeUndefined();
  });
});
