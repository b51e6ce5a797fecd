/** Encoding, in processor time: the lines of the decoding benchmark, 500 to a message, against the Go reference's encoder. */
import { measure, median, notAvailable, peerOfRounds, report } from '../../../tools/bench/harness.js';
import { buildStartJobMessage, Encoder, type PreparedSeries, prepareSeries } from '../src/index.js';
import {
  jobEventCount,
  jobMessages,
  jobPayload,
  linesPerMessage,
  metricLineCount,
  metricLines,
  metricText,
} from './data.js';
import { buildReference } from './reference.js';

const reference = buildReference();
const lines = metricLines('by host', 'ns');
/** All of a line as near to each other in memory as the reference has it; keys and values of its tags in turn. */
const parts = lines.map(({ metric, tags, value, time }) => ({
  metric,
  tags: tags.flat(),
  value: typeof value === 'bigint' ? BigInt(String(value)) : Number(String(value)),
  seconds: Number(time / 1_000_000_000n),
  nanos: Number(time % 1_000_000_000n),
}));
const points = lines.map(({ metric, tags, value, time }) => ({
  measurement: metric,
  tags: tags.map(([key, text]) => ({ key, value: text })),
  fields: { value },
  time,
}));
const series = lines.map(({ metric, tags }): PreparedSeries => prepareSeries(metric, Object.fromEntries(tags)));

const encoder = new Encoder({ initialBytes: 1 << 17 });
const inMessages = (write: (index: number) => void): number => {
  let bytes = 0;
  for (let index = 0; index < metricLineCount; index++) {
    write(index);
    if (encoder.count < linesPerMessage) continue;
    bytes += encoder.length;
    encoder.reset();
  }
  return bytes;
};

const subjects = {
  parts: () =>
    inMessages((index) => {
      const line = parts[index];
      if (line === undefined) return;
      const { tags } = line;
      encoder.startLine(line.metric);
      for (let at = 0; at < tags.length; at += 2) encoder.addTag(tags[at] ?? '', tags[at + 1] ?? '');
      encoder.addField('value', line.value).endLine(line.seconds, line.nanos);
    }),
  points: () =>
    inMessages((index) => {
      const point = points[index];
      if (point !== undefined) encoder.encode(point);
    }),
  prepared: () =>
    inMessages((index) => {
      const line = parts[index];
      const prepared = series[index];
      if (line === undefined || prepared === undefined) return;
      encoder.startSeries(prepared).addField('value', line.value).endLine(line.seconds, line.nanos);
    }),
};

/** Milliseconds for all lines in each round, the reference's between ours: the machine's own speed changes within seconds. */
const ms = { parts: [] as number[], points: [] as number[], prepared: [] as number[], go: [] as number[] };
const text = metricText(lines);
for (let round = 0; round < 7; round++) {
  if (typeof reference !== 'string') ms.go.push(reference.run('encode', text, 1) / 1e6);
  const times = await measure(subjects, { rounds: 1, calls: 1, warmUpMs: round === 0 ? 500 : 0 });
  ms.parts.push(times.parts.cpuMsPerCall);
  ms.points.push(times.points.cpuMsPerCall);
  ms.prepared.push(times.prepared.cpuMsPerCall);
}

const linesPerSecond = (rounds: readonly number[]): number => (metricLineCount / median(rounds)) * 1000;
const row = (name: string, rounds: readonly number[]): { name: string; unit: string; ours: number } => ({
  name,
  unit: 'lines/s',
  ours: linesPerSecond(rounds),
});
if (typeof reference === 'string') {
  notAvailable({ name: 'encode metric lines', reason: reference });
} else {
  /** A round of ours has the reference's right before it. */
  const go = (rounds: readonly number[]) => peerOfRounds('the Go reference', linesPerSecond(rounds), rounds, ms.go);
  report({ ...row('encode metric lines, part by part', ms.parts), peer: go(ms.parts), goal: '≥ 1.5 ×' });
  report({ ...row('encode metric lines, as points', ms.points), peer: go(ms.points) });
  report({ ...row('encode metric lines, prepared series', ms.prepared), peer: go(ms.prepared), goal: '≥ 1.8 ×' });
}

// By themselves: their garbage would be cleared away in the rounds of the lines.
const payloads = Array.from({ length: jobEventCount }, (_, index) => jobPayload(index));
const jobTimes = await measure(
  {
    stringify: () => payloads.reduce((bytes, payload) => bytes + JSON.stringify(payload).length, 0),
    jobs: () => payloads.reduce((bytes, payload, index) => bytes + buildStartJobMessage(payload, index).length, 0),
  },
  { rounds: 7, calls: 1 },
);
report({
  name: 'build start_job messages',
  unit: 'messages/s',
  ours: (jobEventCount / jobTimes.jobs.cpuMsPerCall) * 1000,
  peer: { name: 'JSON.stringify alone', value: (jobEventCount / jobTimes.stringify.cpuMsPerCall) * 1000 },
});
if (typeof reference !== 'string') {
  const value = (jobEventCount / (reference.run('encode', jobMessages(payloads)) / 1e6)) * 1000;
  report({
    name: 'build start_job messages',
    unit: 'messages/s',
    ours: (jobEventCount / jobTimes.jobs.cpuMsPerCall) * 1000,
    peer: { name: "the Go reference's encoder without JSON", value },
  });
  reference.remove();
}
