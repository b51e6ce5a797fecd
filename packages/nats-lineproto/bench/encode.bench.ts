/** Encoding, in processor time: the lines of the decoding benchmark, 500 to a message, against the Go reference's encoder. */
import { measure, notAvailable, report } from '../../../tools/bench/harness.js';
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
const splits = lines.map(({ time }) => ({
  seconds: Number(time / 1_000_000_000n),
  nanos: Number(time % 1_000_000_000n),
}));
/** Keys and values in turn, as near to each other as the reference has them. */
const flatTags = lines.map(({ tags }) => tags.flat());
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

/** Milliseconds of the reference for all lines, before and after ours: the machine's own speed changes within a minute. */
const goMs: number[] = [];
const timeReference = (): void => {
  if (typeof reference !== 'string') goMs.push(reference.run('encode', metricText(lines)) / 1e6);
};
timeReference();
const times = await measure(
  {
    parts: () =>
      inMessages((index) => {
        const line = lines[index];
        const time = splits[index];
        const tags = flatTags[index];
        if (line === undefined || time === undefined || tags === undefined) return;
        encoder.startLine(line.metric);
        for (let at = 0; at < tags.length; at += 2) encoder.addTag(tags[at] ?? '', tags[at + 1] ?? '');
        encoder.addField('value', line.value).endLine(time.seconds, time.nanos);
      }),
    points: () =>
      inMessages((index) => {
        const point = points[index];
        if (point !== undefined) encoder.encode(point);
      }),
    prepared: () =>
      inMessages((index) => {
        const line = lines[index];
        const prepared = series[index];
        const time = splits[index];
        if (line === undefined || prepared === undefined || time === undefined) return;
        encoder.startSeries(prepared).addField('value', line.value).endLine(time.seconds, time.nanos);
      }),
  },
  { rounds: 7, calls: 1 },
);

timeReference();

const row = (name: string, milliseconds: number): { name: string; unit: string; ours: number } => ({
  name,
  unit: 'lines/s',
  ours: (metricLineCount / milliseconds) * 1000,
});
if (typeof reference === 'string') {
  notAvailable({ name: 'encode metric lines', reason: reference });
} else {
  const value = ((goMs.length * metricLineCount) / goMs.reduce((sum, ms) => sum + ms, 0)) * 1000;
  const go = { name: 'the Go reference', value };
  report({ ...row('encode metric lines, part by part', times.parts.cpuMsPerCall), peer: go, goal: '≥ 1.5 ×' });
  report({ ...row('encode metric lines, as points', times.points.cpuMsPerCall), peer: go });
  report({ ...row('encode metric lines, prepared series', times.prepared.cpuMsPerCall), peer: go, goal: '≥ 1.8 ×' });
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
