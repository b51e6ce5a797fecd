import { type Allotment, createAllotter } from './allot.js';
import { createHeap } from './heap.js';
import { isSwfDefect, type SwfDefect, type SwfRecord } from './swf-record.js';

/** One event of a replay, in the log's own time (seconds after its start). */
export type ReplayEvent =
  | { kind: 'start'; time: number; record: SwfRecord; allotment: Allotment }
  | { kind: 'stop'; time: number; record: SwfRecord }
  /** A line that became no job. */
  | { kind: 'defect'; defect: SwfDefect };

/** The machine that the log is replayed on. */
export interface ReplayMachine {
  nodes: number;
  processorsPerNode: number;
}

interface Planned {
  record: SwfRecord;
  start: number;
}

interface Running {
  record: SwfRecord;
  end: number;
  allotment: Allotment;
}

/**
 * Makes starts and stops, in the order of time, out of a log in the order of submission. At one second jobs end before
 * others start, so that nodes are handed on. Only jobs that wait or run are held in memory; the same log gives the same
 * events.
 */
export async function* schedule(
  records: AsyncIterable<SwfRecord | SwfDefect>,
  machine: ReplayMachine,
): AsyncGenerator<ReplayEvent> {
  const planned = createHeap<Planned>(
    (a, b) => a.start < b.start || (a.start === b.start && a.record.line < b.record.line),
  );
  const running = createHeap<Running>((a, b) => a.end < b.end || (a.end === b.end && a.record.line < b.record.line));
  const allotter = createAllotter(machine.nodes);

  function* stopUntil(time: number): Generator<ReplayEvent> {
    for (let next = running.peek(); next !== undefined && next.end <= time; next = running.peek()) {
      running.pop();
      allotter.release(next.allotment);
      yield { kind: 'stop', time: next.end, record: next.record };
    }
  }
  function* startUntil(time: number): Generator<ReplayEvent> {
    for (let next = planned.peek(); next !== undefined && next.start <= time; next = planned.peek()) {
      planned.pop();
      yield* stopUntil(next.start);
      const allotment = allotter.allot(nodesOf(next.record, machine));
      running.push({ record: next.record, end: next.start + next.record.runTime, allotment });
      yield { kind: 'start', time: next.start, record: next.record, allotment };
    }
  }

  let submitted = 0;
  for await (const record of records) {
    if (isSwfDefect(record)) {
      yield { kind: 'defect', defect: record };
      continue;
    }
    if (nodesOf(record, machine) > machine.nodes) {
      const problem = `job ${record.jobNumber} needs ${nodesOf(record, machine)} nodes of ${machine.nodes}`;
      yield { kind: 'defect', defect: { line: record.line, problem } };
      continue;
    }
    // No later line can start before this one was submitted: everything before that moment is settled.
    submitted = Math.max(submitted, record.submitTime);
    yield* startUntil(submitted - 1);
    planned.push({ record, start: record.submitTime + record.waitTime });
  }
  yield* startUntil(Infinity);
  yield* stopUntil(Infinity);
}

const nodesOf = (record: SwfRecord, machine: ReplayMachine): number =>
  Math.ceil(record.processors / machine.processorsPerNode);
