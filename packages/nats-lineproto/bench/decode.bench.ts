/**
 * Decoding, in processor time: metric lines in messages of 500, job events one a message, as NATS delivers them. The bound of metric lines is
 * a loop that looks at every byte of the same messages, that of job events `JSON.parse` of their payloads.
 */
import { measure, notAvailable, report } from '../../../tools/bench/harness.js';
import { decode, decodeMetricSamples, readMessages, visit } from '../src/index.js';
import { jobEventCount, jobMessages, jobPayload, metricLineCount, metricLines, metricText } from './data.js';
import { buildReference } from './reference.js';

const reference = buildReference();
const rounds = { rounds: 7, calls: 2 };
const perSecond = (count: number, milliseconds: number): number => (count / milliseconds) * 1000;

for (const order of ['by host', 'shuffled'] as const) {
  const messages = metricText(metricLines(order, 'ns'));
  const inSeconds = metricText(metricLines(order, 's'));
  const times = await measure(
    {
      bytes: () => messages.reduce((lines, message) => lines + countLineFeeds(message), 0),
      points: () => messages.reduce((points, message) => points + countPoints(message), 0),
      visit: () => messages.reduce((sum, message) => sum + addValues(message), 0),
      samples: () => inSeconds.reduce((samples, message) => samples + countSamples(message), 0),
    },
    rounds,
  );
  const bytes = { name: 'a byte loop', value: perSecond(metricLineCount, times.bytes.cpuMsPerCall) };
  const row = (name: string, milliseconds: number): { name: string; unit: string; ours: number } => ({
    name: `${name}, lines ${order}`,
    unit: 'lines/s',
    ours: perSecond(metricLineCount, milliseconds),
  });
  report({ ...row('decode to points', times.points.cpuMsPerCall), peer: bytes, goal: '≥ 0.3 ×' });
  if (typeof reference === 'string') {
    notAvailable({ name: `decode to points, lines ${order}`, reason: reference });
  } else {
    const value = perSecond(metricLineCount, reference.run('decode', messages) / 1e6);
    report({
      ...row('decode to points', times.points.cpuMsPerCall),
      peer: { name: 'the Go reference', value },
      goal: '≥ 1.5 ×',
    });
  }
  report({ ...row('visit one value', times.visit.cpuMsPerCall), peer: bytes });
  report({ ...row('decode to metric samples', times.samples.cpuMsPerCall), peer: bytes, goal: '≥ 400000 lines/s' });
}

const payloads = Array.from({ length: jobEventCount }, (_, index) => jobPayload(index));
const texts = payloads.map((payload) => JSON.stringify(payload));
const messages = jobMessages(payloads);
const times = await measure(
  {
    parse: () => texts.reduce((keys, text) => keys + Object.keys(JSON.parse(text)).length, 0),
    events: () => messages.reduce((keys, message) => keys + countEvents(message), 0),
  },
  { rounds: 7, calls: 1 },
);
const events = { unit: 'events/s', ours: perSecond(jobEventCount, times.events.cpuMsPerCall) };
const parse = { name: 'JSON.parse alone', value: perSecond(jobEventCount, times.parse.cpuMsPerCall) };
report({ name: 'read job events with their JSON', ...events, peer: parse, goal: '≥ 0.4 ×' });
if (typeof reference === 'string') {
  notAvailable({ name: 'read job events with their JSON', reason: reference });
} else {
  const value = perSecond(jobEventCount, reference.run('json', messages) / 1e6);
  report({ name: 'read job events with their JSON', ...events, peer: { name: 'the Go reference', value } });
  reference.remove();
}

function countLineFeeds(message: Uint8Array): number {
  let lines = 0;
  for (let i = 0; i < message.length; i++) if (message[i] === 0x0a) lines++;
  return lines;
}

function countPoints(message: Uint8Array): number {
  let points = 0;
  for (const entry of decode(message)) if (entry.type === 'point') points++;
  return points;
}

function addValues(message: Uint8Array): number {
  let sum = 0;
  visit(message, { entry: (entry) => void (sum += entry.fieldNumber(0)) });
  return sum;
}

function countSamples(message: Uint8Array): number {
  return decodeMetricSamples(message, { defaultCluster: 'c', now: 0, isMetric: () => true }).samples.length;
}

function countEvents(message: Uint8Array): number {
  let keys = 0;
  for (const event of readMessages(message)) if (event.type === 'start_job') keys += Object.keys(event.payload).length;
  return keys;
}
