import { createCcClient } from '@moorline/cc-api';
import { createDocumentedRequests } from '@moorline/cc-api/documented';
import { describe, expect, it } from 'vitest';

const options = {
  baseUrl: 'https://cc.example.org',
  token: 'token',
  session: 'session',
  fetch: () => {
    throw new Error('nothing may be sent');
  },
};
const { iterateJobs, ...cc } = createCcClient(options);

/** Throws as soon as anything looks at it. */
const thorn = new Proxy(() => undefined, {
  get: () => {
    throw new RangeError('a thorn');
  },
});

describe('a wrong argument is a rejection, never a throw', () => {
  it.each([...Object.entries(cc), ...Object.entries(createDocumentedRequests(options))])(
    '%s',
    async (_, method: (...given: never[]) => unknown) => {
      const result: unknown = Reflect.apply(method, cc, [thorn, thorn, thorn, thorn]);
      expect(result).toBeInstanceOf(Promise);
      await expect(result).rejects.toThrow();
    },
  );

  it('iterateJobs, at the first step', async () => {
    const jobs = iterateJobs({ page: 0 });
    await expect(jobs.next()).rejects.toMatchObject({ code: 'invalid_option' });
  });

  it.each([
    ['listJobs', () => cc.listJobs({ itemsPerPage: 0 })],
    ['listUserJobs', () => cc.listUserJobs({ startTime: { from: -1 } })],
    ['writeMetrics', () => cc.writeMetrics('a,hostname=n01 value=1 1', { cluster: 'a b' })],
    ['putMachineState', () => cc.putMachineState('demo', 'n01', 1n)],
    ['setConfiguration', () => cc.setConfiguration('key', undefined)],
    ['POST', () => cc.POST('/api/machine_state/{cluster}/{host}', { path: { cluster: 'a', host: 'b' }, body: 1n })],
  ])('%s says that it is the option', async (_, call) => {
    const result = call();
    await expect(result).rejects.toMatchObject({ code: 'invalid_option' });
  });
});
