/**
 * Against the npm packages that write or read line protocol, in processor time, with the metric lines of the benchmarks
 * beside, 500 to a message. Encoding goes from the values of whole points to the bytes of a message; its goal is for lines by
 * host, as a collector sends them. Decoding goes from such bytes to points; a package that wants text, one line at a time,
 * is given that.
 */
import { measure, notAvailable, report } from '../../../tools/bench/harness.js';
import { sharedFolder } from '../../../tools/testenv/shared.js';
import { decode, Encoder } from '../src/index.js';
import { readVectors } from '../test/vectors.js';
import { linesPerMessage, type MetricLine, metricLineCount, metricLines, metricText } from './data.js';
import { countOurs, countPeers } from './peers/decode-cases.js';
import { countRightEscapes, escapingCases } from './peers/escaping-cases.js';
import { installPeers } from './peers/install.js';
import type { PeerDecoder, PeerEncoder, PlainPoint } from './peers/peer.js';

const rounds = { rounds: 5, calls: 1 };
const orders = ['by host', 'shuffled'] as const;
const linesPerSecond = (milliseconds: number): number => (metricLineCount / milliseconds) * 1000;

const peers = installPeers();
if (typeof peers === 'string') {
  notAvailable({ name: 'encode and decode, against npm packages', reason: peers });
} else {
  try {
    await benchEncoders(peers.encoders);
    await benchDecoders(peers.decoders);
    notAvailable({
      name: 'decode to points, against the others',
      reason: `${peers.onlyEncoders.join(', ')} only write`,
    });
  } finally {
    peers.remove();
  }
}

async function benchEncoders(encoders: readonly PeerEncoder[]): Promise<void> {
  const ours = ourEncoder();
  const right = new Map([ours, ...encoders].map((peer) => [peer.name, countRightEscapes(peer)]));
  const cases = escapingCases.length;
  report({ name: 'escaping cases right', unit: 'cases', ours: right.get(ours.name) ?? 0, goal: `≥ ${cases} cases` });
  const most = Math.max(...encoders.map(({ name }) => right.get(name) ?? 0));
  const rank = most === cases ? 'fastest that gets all right' : 'fastest of those that get the most right';

  for (const order of orders) {
    const points = metricLines(order, 'ns').map(toPlainPoint);
    const subjects = [ours, ...encoders].map((peer): [string, () => number] => [peer.name, writeAll(peer, points)]);
    const times = await measure(Object.fromEntries(subjects), rounds);
    const rate = (name: string): number => linesPerSecond(times[name]?.cpuMsPerCall ?? NaN);
    const [best] = encoders.filter(({ name }) => right.get(name) === most).sort((a, b) => rate(b.name) - rate(a.name));
    for (const peer of encoders) {
      const isBest = peer === best;
      const escapes = `${right.get(peer.name)} of ${cases} escaping cases right${isBest ? `, the ${rank}` : ''}`;
      report({
        name: `encode points, lines ${order}`,
        unit: 'lines/s',
        ours: rate(ours.name),
        peer: { name: `${peer.name}, ${escapes}`, value: rate(peer.name) },
        ...(isBest && order === 'by host' && { goal: '≥ 3 ×' }),
      });
    }
  }
}

async function benchDecoders(decoders: readonly PeerDecoder[]): Promise<void> {
  const shared = sharedFolder();
  const vectors = shared === undefined ? [] : readVectors(shared);
  if (shared === undefined) {
    notAvailable({
      name: 'decoding cases right',
      reason: 'the reference files are absent: MOORLINE_SHARED names them',
    });
  } else {
    const goal = `≥ ${vectors.length} cases`;
    report({ name: 'decoding cases right', unit: 'cases', ours: countOurs(vectors), goal });
  }
  const right = (peer: PeerDecoder): string =>
    shared === undefined ? '' : `, ${countPeers(peer, vectors)} of ${vectors.length} decoding cases right`;

  for (const order of orders) {
    const messages = metricText(metricLines(order, 'ns'));
    const lines = messages.flatMap((message) => message.toString().trimEnd().split('\n'));
    for (const peer of decoders) {
      const times = await measure(
        {
          ours: () => messages.reduce((points, message) => points + countPoints(message), 0),
          peer: () => lines.reduce((fields, line) => fields + peer.decodeLine(line).fields.length, 0),
        },
        rounds,
      );
      report({
        name: `decode to points, lines ${order}`,
        unit: 'lines/s',
        ours: linesPerSecond(times.ours.cpuMsPerCall),
        peer: { name: `${peer.name}${right(peer)}`, value: linesPerSecond(times.peer.cpuMsPerCall) },
        goal: '≥ 3 ×',
      });
    }
  }
}

function ourEncoder(): PeerEncoder {
  const encoder = new Encoder({ initialBytes: 1 << 17 });
  return {
    name: 'ours',
    prepare: (points) => () => {
      for (const { measurement, tags, fields, time } of points) encoder.encode({ measurement, tags, fields, time });
      return encoder.take();
    },
  };
}

/** Its numbers are made anew: so they lie in memory in the order of the lines, as what has just been measured does. */
function toPlainPoint({ metric, tags, value, time }: MetricLine): PlainPoint {
  const fresh = typeof value === 'bigint' ? BigInt(String(value)) : Number(String(value));
  return { measurement: metric, tags: Object.fromEntries(tags), fields: { value: fresh }, time: BigInt(String(time)) };
}

/** @throws Error where the first message does not hold its points: what is measured must be the same work. */
function writeAll(peer: PeerEncoder, points: readonly PlainPoint[]): () => number {
  const messages: (() => Uint8Array)[] = [];
  for (let first = 0; first < points.length; first += linesPerMessage) {
    messages.push(peer.prepare(points.slice(first, first + linesPerMessage)));
  }
  const held = countPoints(messages[0]?.() ?? new Uint8Array());
  if (held !== linesPerMessage) throw new Error(`${peer.name} writes ${held} of ${linesPerMessage} points`);
  return () => messages.reduce((bytes, write) => bytes + write().length, 0);
}

function countPoints(message: Uint8Array): number {
  let points = 0;
  for (const entry of decode(message)) if (entry.type === 'point') points++;
  return points;
}
