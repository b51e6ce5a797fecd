import { join } from 'node:path';
import { expect, it } from 'vitest';
import { demoStore, epoch, job, temporaryFolder } from './support.js';

const on = (hostname: string) => ({ resources: [{ hostname }] });
const stopped = (jobId: number) => ({ jobId, stopTime: epoch + 1, jobState: 'completed' }) as const;

it('answers the nodes in use after every start, stop and reopening', async () => {
  const path = join(temporaryFolder(), 'store.db');
  const store = await demoStore({ path });
  const used = () => store.backend.usedNodes(epoch + 1);
  expect(await used()).toEqual({});
  await store.backend.startJob(job(1, on('n01')));
  expect(await used()).toEqual({ demo: ['n01'] });
  await store.backend.startJob(job(2, on('n02')));
  expect(await used()).toEqual({ demo: ['n01', 'n02'] });
  // As many jobs run as before, on other nodes.
  await store.backend.stopJob(stopped(1), () => true);
  await store.backend.startJob(job(3, on('n03')));
  expect(await used()).toEqual({ demo: ['n02', 'n03'] });
  await store.close();

  const reopened = await demoStore({ path });
  expect(await reopened.backend.usedNodes(epoch + 1)).toEqual({ demo: ['n02', 'n03'] });
});

it('answers by the time that is asked for, however often it asks', async () => {
  const { backend } = await demoStore();
  await backend.startJob(job(1, on('n01')));
  await backend.startJob(job(2, { ...on('n02'), startTime: epoch + 10 }));
  for (let round = 0; round < 2; round++) {
    expect(await backend.usedNodes(epoch + 11)).toEqual({ demo: ['n01', 'n02'] });
    expect(await backend.usedNodes(epoch + 10)).toEqual({ demo: ['n01'] });
    expect(await backend.usedNodes(epoch)).toEqual({});
  }
});

it('answers the same object while nothing changed, so that its text is made once', async () => {
  const { backend } = await demoStore();
  await backend.startJob(job(1));
  const first = await backend.usedNodes(epoch + 1);
  expect(await backend.usedNodes(epoch + 2)).toBe(first);
});
