import { sleep } from '@moorline/core';

/** Waits for something that has no event of its own to be true: what another process is doing. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(20);
}
