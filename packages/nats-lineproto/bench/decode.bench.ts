import { measure, report } from '../../../tools/bench/harness.js';
import { decode, visit, decodeMetricSamples } from '../src/index.js';
import { metricLineCount, metricLines, metricText } from './data.js';

function scan(messages: readonly Uint8Array[]): number {
  let lines = 0;
  for (const message of messages) {
    for (let i = 0; i < message.length; i++) if (message[i] === 0x0a) lines++;
  }
  return lines;
}

for (const order of ['by host', 'shuffled'] as const) {
  const messages = metricText(metricLines(order));
  const results = await measure(
    {
      scan: () => scan(messages),
      points: () => {
        let count = 0;
        for (const m of messages) for (const e of decode(m)) if (e.type === 'point') count++;
        return count;
      },
      visit: () => {
        let sum = 0;
        for (const m of messages)
          visit(m, {
            entry: (e) => {
              sum += e.fieldNumber(0);
            },
          });
        return sum;
      },
      samples: () => {
        let sum = 0;
        for (const m of messages)
          sum += decodeMetricSamples(m, { defaultCluster: '', now: 0, isMetric: () => true }).samples.length;
        return sum;
      },
    },
    { rounds: 5, calls: 2 },
  );
  const per = (ms: number): number => (metricLineCount / ms) * 1000;
  report({
    name: `points, ${order}`,
    unit: 'lines/s',
    ours: per(results.points.msPerCall),
    peer: { name: 'byte loop', value: per(results.scan.msPerCall) },
    goal: '≥ 0.3 ×',
  });
  report({
    name: `visit, ${order}`,
    unit: 'lines/s',
    ours: per(results.visit.msPerCall),
    peer: { name: 'byte loop', value: per(results.scan.msPerCall) },
  });
  report({
    name: `samples, ${order}`,
    unit: 'lines/s',
    ours: per(results.samples.msPerCall),
    peer: { name: 'byte loop', value: per(results.scan.msPerCall) },
  });
}
