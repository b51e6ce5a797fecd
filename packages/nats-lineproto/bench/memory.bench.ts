/** What decoding a long text by iterator keeps in memory beside the text: looked at between entries, with the garbage gone. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { report } from '../../../tools/bench/harness.js';
import { decode } from '../src/index.js';
import { metricLines, metricText } from './data.js';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
const heldMegabytes = (): number => {
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
};

const lines = Buffer.concat(metricText(metricLines('by host', 'ns')));
const text = Buffer.concat(Array.from({ length: Math.ceil(100e6 / lines.length) }, () => lines));
const before = heldMegabytes();
let most = 0;
let entries = 0;
for (const entry of decode(text)) {
  if (entry.type === 'point' && ++entries % 50_000 === 0) most = Math.max(most, heldMegabytes() - before);
}
report({ name: `held while ${Math.round(text.length / 1e6)} MB are decoded`, unit: 'MB', ours: most, goal: '≤ 20 MB' });
