import { buildStartJobMessage } from '../src/index.js';

/**
 * The data of the benchmarks, the same in every run: metric lines as ClusterCockpit's collector writes them, and job
 * events as its Slurm adapter sends them.
 */
export const metricLineCount = 200_000;
export const jobEventCount = 50_000;
/** Lines of one message. */
export const linesPerMessage = 500;

/** One metric line, as an encoder is given it. */
export interface MetricLine {
  metric: string;
  /** Sorted. */
  tags: [string, string][];
  value: number | bigint;
  /** In the unit that was asked for. */
  time: bigint;
}

/**
 * @param order `by host`: each host's lines together, as a collector sends them; `shuffled`: no line has anything to do
 * with the one before it.
 */
export function metricLines(order: 'by host' | 'shuffled', unit: 'ns' | 's'): MetricLine[] {
  const random = createRandom(7);
  const lines: MetricLine[] = [];
  for (let host = 0; lines.length < metricLineCount; host++) {
    const hostname = `f${String(100 + host).padStart(4, '0')}`;
    for (const metric of metrics) {
      for (let thread = 0; thread < 72 && lines.length < metricLineCount; thread++) {
        const tags: [string, string][] = [
          ['cluster', 'fritz'],
          ['hostname', hostname],
          ['type', 'hwthread'],
          ['type-id', String(thread)],
        ];
        const seconds = 1_700_000_000n + BigInt(host);
        const time = unit === 's' ? seconds : seconds * 1_000_000_000n + BigInt(Math.floor(random() * 1e9));
        lines.push({ metric, tags, value: metricValue(random), time });
      }
    }
  }
  return order === 'shuffled' ? shuffle(lines, random) : lines;
}

/** Two in five with two decimals, two in five with all digits, one in five an integer. */
function metricValue(random: () => number): number | bigint {
  const kind = random();
  if (kind < 0.4) return Math.round(random() * 10_000) / 100;
  return kind < 0.8 ? random() * 1000 : BigInt(Math.floor(random() * 1e9));
}

const metrics = [
  'cpu_load',
  'cpu_user',
  'flops_any',
  'flops_dp',
  'flops_sp',
  'mem_bw',
  'ipc',
  'clock',
  'cpu_power',
  'cpu_iowait_time',
];

/** Text of the lines, and the same cut into messages. */
export function metricText(lines: readonly MetricLine[]): Buffer[] {
  const messages: Buffer[] = [];
  for (let first = 0; first < lines.length; first += linesPerMessage) {
    messages.push(
      Buffer.from(
        lines
          .slice(first, first + linesPerMessage)
          .map(lineText)
          .join(''),
      ),
    );
  }
  return messages;
}

function lineText({ metric, tags, value, time }: MetricLine): string {
  const suffix = typeof value === 'bigint' ? 'i' : '';
  return `${metric},${tags.map(([key, text]) => `${key}=${text}`).join(',')} value=${value}${suffix} ${time}\n`;
}

/** The payload of one start event, of about 930 bytes. */
export function jobPayload(index: number): Record<string, unknown> {
  const startTime = 1_700_000_000 + index;
  return {
    jobId: 1_000_000 + index,
    user: `user${index % 500}`,
    project: `project${index % 60}`,
    cluster: 'fritz',
    subCluster: '',
    partition: 'multinode',
    arrayJobId: 0,
    numNodes: 4,
    numHwthreads: 288,
    numAcc: 0,
    shared: 'none',
    walltime: 86_400,
    startTime,
    duration: 0,
    jobState: '',
    energy: 0,
    energyFootprint: null,
    footprint: null,
    statistics: null,
    concurrentJobs: { items: null, count: 0 },
    resources: [0, 1, 2, 3].map((node) => ({ hostname: `f${String(100 + ((index + node) % 900)).padStart(4, '0')}` })),
    metaData: {
      jobName: `simulation "run ${index}"`,
      submitTime: String(startTime - 60),
      slurmInfo: `JobId=${1_000_000 + index} JobName=run\n   UserId=user${index % 500}(1000)\n   NumNodes=4 NumCPUs=288 NumTasks=288`,
      jobScript:
        '#!/bin/bash -l\n#SBATCH --nodes=4\n#SBATCH --time=24:00:00\n\nmodule load intel\nsrun ./solver -i "case.inp" > out.log\n',
    },
  };
}

/** Start events, one a message. */
export function jobMessages(payloads: readonly Record<string, unknown>[]): Uint8Array[] {
  return payloads.map((payload, index) => buildStartJobMessage(payload, 1_700_000_000 + index));
}

/** xorshift32, so that every run and every machine has the same data. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

function shuffle<Item>(items: Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
