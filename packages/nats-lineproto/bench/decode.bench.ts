/**
 * Decoding, in processor time: metric lines in messages of 500, job events one a message, as NATS delivers them. The bound of metric lines is
 * a loop that looks at every byte of the same messages, that of job events `JSON.parse` of their payloads. The goals are for lines by host, as
 * a collector sends them; the same lines shuffled, which nobody sends, show what it costs when neighbours have little in common.
 */
import { measure, type Measurement, notAvailable, peerOfRounds, report } from '../../../tools/bench/harness.js';
import { decode, decodeMetricSamples, readMessages, visit } from '../src/index.js';
import { jobEventCount, jobMessages, jobPayload, metricLineCount, metricLines, metricText } from './data.js';
import { buildReference } from './reference.js';

const reference = buildReference();
const rounds = { rounds: 11, calls: 1 };
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
  const row = (name: string, { cpuMsPerCall }: Measurement): { name: string; unit: string; ours: number } => ({
    name: `${name}, lines ${order}`,
    unit: 'lines/s',
    ours: perSecond(metricLineCount, cpuMsPerCall),
  });
  const againstBytes = (name: string, ours: Measurement) => ({
    ...row(name, ours),
    peer: peerOfRounds('a byte loop', row(name, ours).ours, ours.cpuRounds, times.bytes.cpuRounds),
  });
  const goal = (text: string): { goal?: string } => (order === 'by host' ? { goal: text } : {});
  report({ ...againstBytes('decode to points', times.points), ...goal('≥ 0.3 ×') });
  if (typeof reference === 'string') {
    notAvailable({ name: `decode to points, lines ${order}`, reason: reference });
  } else {
    const value = perSecond(metricLineCount, reference.run('decode', messages) / 1e6);
    report({ ...row('decode to points', times.points), peer: { name: 'the Go reference', value }, ...goal('≥ 1.5 ×') });
  }
  report(againstBytes('visit one value', times.visit));
  report({ ...againstBytes('decode to metric samples', times.samples), goal: '≥ 400000 lines/s' });
}

const payloads = Array.from({ length: jobEventCount }, (_, index) => jobPayload(index));
const texts = payloads.map((payload) => JSON.stringify(payload));
const messages = jobMessages(payloads);
const times = await measure(
  {
    parse: () => texts.reduce((keys, text) => keys + Object.keys(JSON.parse(text)).length, 0),
    events: () => messages.reduce((keys, message) => keys + countEvents(message), 0),
  },
  rounds,
);
const events = { unit: 'events/s', ours: perSecond(jobEventCount, times.events.cpuMsPerCall) };
const parse = peerOfRounds('JSON.parse alone', events.ours, times.events.cpuRounds, times.parse.cpuRounds);
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
