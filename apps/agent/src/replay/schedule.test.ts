import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../../../tools/testenv/shared.js';
import { openSwf } from './read-swf.js';
import { clusterNameOf, describeReplayCluster, machineOf, nodeList, nodeName } from './replay-cluster.js';
import { type ReplayEvent, type ReplayMachine, schedule } from './schedule.js';
import { parseSwfHeader } from './swf-header.js';
import type { SwfRecord } from './swf-record.js';

const machine: ReplayMachine = { nodes: 8, processorsPerNode: 1 };

const record = (line: number, submitTime: number, waitTime: number, runTime: number, processors = 1): SwfRecord => ({
  line,
  jobNumber: line,
  submitTime,
  waitTime,
  runTime,
  processors,
  requestedTime: undefined,
  status: 1,
  user: 1,
  group: 1,
  executable: -1,
  queue: -1,
  partition: -1,
});

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

async function run(records: readonly SwfRecord[], on = machine): Promise<ReplayEvent[]> {
  const events: ReplayEvent[] = [];
  for await (const event of schedule(each(records), on)) events.push(event);
  return events;
}

const brief = (event: ReplayEvent) =>
  event.kind === 'defect' ? event.defect.problem : `${event.time} ${event.kind} ${event.record.jobNumber}`;

describe('schedule', () => {
  it('ends jobs before it starts others at the same second, and starts a job of no length before it ends it', async () => {
    const events = await run([record(1, 0, 0, 10), record(2, 10, 0, 0), record(3, 10, 0, 5)]);
    expect(events.map(brief)).toEqual(['0 start 1', '10 stop 1', '10 start 2', '10 stop 2', '10 start 3', '15 stop 3']);
  });

  it('starts jobs when they started, not when they were submitted', async () => {
    const events = await run([record(1, 0, 50, 10), record(2, 20, 0, 100)]);
    expect(events.map(brief)).toEqual(['20 start 2', '50 start 1', '60 stop 1', '120 stop 2']);
  });

  it('reports a job that the machine cannot hold, with its line, and goes on', async () => {
    const events = await run([record(1, 0, 0, 1, 9), record(2, 0, 0, 1, 8)]);
    expect(events.map(brief)).toEqual(['job 1 needs 9 nodes of 8', '0 start 2', '1 stop 2']);
  });

  it('gives whole nodes for processors', async () => {
    const [start] = await run([record(1, 0, 0, 1, 5)], { nodes: 8, processorsPerNode: 2 });
    expect(start?.kind === 'start' && start.allotment.nodes).toEqual([0, 1, 2]);
  });

  it('starts and stops each job once, in the order of time, and hands no node to two jobs while there is room', async () => {
    const job = fc.record({
      gap: fc.nat(20),
      wait: fc.nat(30),
      run: fc.nat(40),
      processors: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 40 }), async (jobs) => {
        let submitted = 0;
        const records = jobs.map(({ gap, wait, run: runTime, processors }, index) =>
          record(index + 1, (submitted += gap), wait, runTime, processors),
        );
        const events = await run(records);
        expect(events).toEqual(await run(records));
        let last = 0;
        const busy = new Map<number, number>();
        const held = new Map<number, readonly number[]>();
        for (const event of events) {
          if (event.kind === 'defect') throw new Error('no defect was put in');
          expect(event.time).toBeGreaterThanOrEqual(last);
          last = event.time;
          if (event.kind === 'start') {
            const { nodes, isShared } = event.allotment;
            expect(event.time).toBe(event.record.submitTime + event.record.waitTime);
            expect(nodes.some((node) => (busy.get(node) ?? 0) > 0)).toBe(isShared);
            for (const node of nodes) busy.set(node, (busy.get(node) ?? 0) + 1);
            held.set(event.record.jobNumber, nodes);
          } else {
            const nodes = held.get(event.record.jobNumber);
            if (nodes === undefined) throw new Error('stopped before it started, or twice');
            for (const node of nodes) busy.set(node, (busy.get(node) ?? 0) - 1);
            held.delete(event.record.jobNumber);
          }
        }
        expect(held.size).toBe(0);
        expect(events).toHaveLength(2 * jobs.length);
      }),
    );
  });

  const shared = sharedFolder();
  it.skipIf(shared === undefined)('makes 18,239 jobs of the NASA iPSC log on 128 nodes', async () => {
    const log = await openSwf(join(shared ?? '', 'data/workloads/NASA-iPSC-1993-3.1-cln.swf.gz'));
    const counts = { start: 0, stop: 0, defect: 0 };
    let shares = 0;
    for await (const event of schedule(log.records, machineOf(log.header, undefined))) {
      counts[event.kind]++;
      if (event.kind === 'start' && event.allotment.isShared) shares++;
    }
    expect(counts).toEqual({ start: 18_239, stop: 18_239, defect: 0 });
    expect(shares).toBeLessThan(18_239 / 100);
  });
});

describe('the cluster of a replay', () => {
  const header = parseSwfHeader(['; MaxNodes: 128', '; MaxProcs: 512', '; Computer: Intel iPSC/860']);

  it('is named after the log', () => {
    expect(clusterNameOf('/data/NASA-iPSC-1993-3.1-cln.swf.gz')).toBe('nasa-ipsc-1993-3-1-cln');
    expect(clusterNameOf('log_1.swf')).toBe('log-1');
    expect(clusterNameOf('.swf')).toBe('replay');
  });

  it('has the nodes of the header, or as many as the user says', () => {
    expect(machineOf(header, undefined)).toEqual({ nodes: 128, processorsPerNode: 4 });
    expect(machineOf(header, 200)).toEqual({ nodes: 200, processorsPerNode: 4 });
    expect(machineOf(parseSwfHeader(['; MaxProcs: 64']), undefined)).toEqual({ nodes: 64, processorsPerNode: 1 });
    expect(machineOf(parseSwfHeader([]), 7)).toEqual({ nodes: 7, processorsPerNode: 1 });
    expect(() => machineOf(parseSwfHeader([]), undefined)).toThrow(expect.objectContaining({ code: 'log_unfit' }));
  });

  it('names its nodes as its node list does', () => {
    expect(nodeList({ nodes: 128, processorsPerNode: 1 })).toBe('n[001-128]');
    expect(nodeName(0, { nodes: 128, processorsPerNode: 1 })).toBe('n001');
    expect(nodeName(9, { nodes: 10, processorsPerNode: 1 })).toBe('n10');
    expect(nodeList({ nodes: 1, processorsPerNode: 1 })).toBe('n1');
  });

  it('is described with the processors of a node as its threads', () => {
    const cluster = describeReplayCluster('ipsc', header, machineOf(header, undefined));
    expect(cluster.subClusters[0]).toMatchObject({
      nodes: 'n[001-128]',
      processorType: 'Intel iPSC/860',
      topology: { node: [0, 1, 2, 3], core: [[0], [1], [2], [3]] },
    });
  });
});
