import { sleep } from '@moorline/core';
import { createFakeClock } from '@moorline/core/testing';
import { getEventListeners, once } from 'node:events';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { valueWorker, worker } from './run-worker.js';
import { stopWorker } from './worker.js';

const forEver = (signal: AbortSignal) => sleep(2 ** 40, { signal, clock: createFakeClock() });

describe('worker', () => {
  it('ends when its function does, well or with its error', async () => {
    await worker(async () => undefined).wait();
    await expect(worker(() => Promise.reject(new Error('x'))).wait()).rejects.toThrow('x');
    await expect(
      worker(() => {
        throw new Error('at once');
      }).wait(),
    ).rejects.toThrow('at once');
  });

  it('ends well when it lets the signal’s reason pass through, bare or below an AbortError', async () => {
    await stopWorker(worker(forEver));
    await stopWorker(worker(async (signal) => void (await once(new EventEmitter(), 'never', { signal }))));
  });

  it('ends with any other error on the way down', async () => {
    const failing = worker(async (signal) => {
      await forEver(signal).catch(() => undefined);
      throw new Error('cannot close');
    });
    await expect(stopWorker(failing)).rejects.toThrow('cannot close');
    await expect(failing.wait()).rejects.toThrow('cannot close');
  });

  it('does not take an abort of its own making for a kill', async () => {
    const own = AbortSignal.abort(new Error('my own deadline'));
    await expect(worker(() => sleep(1, { signal: own })).wait()).rejects.toThrow('my own deadline');
  });

  it('does not take the end of another for a kill of its own', async () => {
    const other = new AbortController();
    const watching = worker(() => forEver(other.signal));
    const reasons: unknown[] = [];
    await stopWorker(worker(async (signal) => forEver(signal).catch((reason: unknown) => void reasons.push(reason))));
    other.abort(reasons[0]);
    await expect(watching.wait()).rejects.toMatchObject({ code: 'aborted' });
  });

  it('may be killed more than once, and after its end', async () => {
    const killed = worker(forEver);
    killed.kill();
    killed.kill();
    await killed.wait();
    killed.kill();
    await killed.wait();
  });

  it('does not end the process when it fails and nobody waits', async () => {
    worker(() => Promise.reject(new Error('nobody listens')));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('carries its output and report', () => {
    const made = worker(forEver, { output: 7, report: () => ({ done: 3 }) });
    expect(made.output).toBe(7);
    expect(made.report?.()).toEqual({ done: 3 });
    expect('report' in worker(forEver)).toBe(false);
  });
});

describe('valueWorker', () => {
  it('offers its value until it is killed, then closes it once', async () => {
    const closed: string[] = [];
    const made = valueWorker('value', { close: async () => void closed.push('closed') });
    expect(made.output).toBe('value');
    made.kill();
    made.kill();
    await made.wait();
    expect(closed).toEqual(['closed']);
  });

  it('ends with the error of its close', async () => {
    await expect(stopWorker(valueWorker(1, { close: () => Promise.reject(new Error('disk full')) }))).rejects.toThrow(
      'disk full',
    );
  });

  it('leaves no listener behind', async () => {
    const signals: AbortSignal[] = [];
    await stopWorker(worker(async (signal) => (signals.push(signal), forEver(signal))));
    expect(signals.map((signal) => getEventListeners(signal, 'abort').length)).toEqual([0]);
  });
});
