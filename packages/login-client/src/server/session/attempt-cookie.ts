import { randomUUID } from 'node:crypto';
import type { Attempt } from './v1-pairing.js';

const name = 'moorline-attempt';

/**
 * For the answer to a health probe: the agent sends it back with both streams that it opens next, which tells them from those
 * of an attempt before (docs/protocol.md §8.2).
 */
export const newAttemptCookie = (): string => `${name}=${randomUUID()}; Path=/; HttpOnly`;

/** @param header of a request. */
export function readAttempt(header: string | undefined): Attempt {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key === name && value !== undefined) return value;
  }
  return '';
}
