import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

const events = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      ph: z.string(),
      pid: z.number(),
      tid: z.number(),
      /** Microseconds. */
      ts: z.number().optional(),
      dur: z.number().optional(),
      /** Of the thread's CPU time. */
      tdur: z.number().optional(),
      args: z.object({ name: z.unknown() }).partial().optional(),
    }),
  ),
});

type TraceEvent = z.infer<typeof events>['traceEvents'][number];

/**
 * Milliseconds of CPU time that a page's main thread spends in each frame (scripts, styles, layout, painting, collecting garbage) while
 * `work` runs, from the browser's own trace: what else runs on the machine takes no part in them. A frame begins with its animation
 * callbacks, so `work` must ask for one in each.
 */
export async function traceFrames(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  await work();
  const { traceEvents } = events.parse(JSON.parse((await browser.stopTracing()).toString('utf8')));
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const frames = mains.map((main) =>
    framesOf(traceEvents.filter(({ pid, tid }) => pid === main.pid && tid === main.tid)),
  );
  // Of several processes that of the page has frames.
  const [most = []] = frames.sort((one, other) => other.length - one.length);
  if (most.length === 0) throw new Error('the trace has no frames');
  return most;
}

/** @param thread what one thread did. The last frame is not whole and left out. */
function framesOf(thread: readonly TraceEvent[]): number[] {
  const callbacks = thread.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts = 0 }) => ts);
  const tasks = thread
    .filter(({ name, ph }) => name === 'RunTask' && ph === 'X')
    .sort((one, other) => (one.ts ?? 0) - (other.ts ?? 0));
  const busyMs: number[] = [];
  for (const { ts = 0, dur = 0, tdur = 0 } of tasks) {
    if (callbacks.some((at) => at >= ts && at <= ts + dur)) busyMs.push(0);
    if (busyMs.length > 0) busyMs.push((busyMs.pop() ?? 0) + tdur / 1000);
  }
  return busyMs.slice(0, -1);
}
