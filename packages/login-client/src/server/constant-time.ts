import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are equal, in a time that tells neither where they differ nor how long the expected one is. */
export function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
