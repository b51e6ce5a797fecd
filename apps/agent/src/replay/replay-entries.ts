import type { SpoolEntry } from '@moorline/cc-store/spool';
import { startEntry, stopEntry } from '../messages.js';
import { nodeName } from './replay-cluster.js';
import type { ReplayEvent, ReplayMachine } from './schedule.js';
import { jobStateOf, type SwfRecord } from './swf-record.js';

/** Where the events of a replay happen. */
export interface ReplayPlace {
  cluster: string;
  machine: ReplayMachine;
  /** Unix seconds that the log's times count from. */
  unixStartTime: number;
}

/** The event as the agent reports one of its own jobs, at the log's own time. */
export function entryOf(event: Exclude<ReplayEvent, { kind: 'defect' }>, place: ReplayPlace): SpoolEntry {
  const { cluster, unixStartTime } = place;
  const { record } = event;
  const jobId = record.jobNumber;
  const startTime = unixStartTime + record.submitTime + record.waitTime;
  if (event.kind === 'stop') {
    const jobState = jobStateOf(record.status);
    return stopEntry({ jobId, cluster, startTime, stopTime: startTime + record.runTime, jobState });
  }
  const { nodes, isShared } = event.allotment;
  return startEntry({
    jobId,
    cluster,
    user: named('user', record.user),
    project: named('group', record.group),
    ...(record.queue < 0 ? {} : { partition: named('queue', record.queue) }),
    shared: isShared ? 'multi_user' : 'none',
    numNodes: nodes.length,
    numHwthreads: record.processors,
    resources: nodes.map((node) => ({ hostname: nodeName(node, place.machine) })),
    startTime,
    ...(record.requestedTime === undefined ? {} : { walltime: record.requestedTime }),
    metaData: metaDataOf(record),
  });
}

const metaDataOf = (record: SwfRecord): Record<string, string> => ({
  jobName: record.executable < 0 ? `job ${record.jobNumber}` : named('app', record.executable),
  submitTime: String(record.submitTime),
  swfLine: String(record.line),
});

/** Logs give numbers for names; −1 stands for one that is not known. */
const named = (what: string, number: number): string => (number < 0 ? 'unknown' : `${what}${number}`);
