import { goJsonString } from '../wire/go-json/encode.js';
import type { MetricStretch, MetricTree } from './backend/administration.js';

/** The text of `GET /api/debug` (docs/protocol.md §3.9): a level below the other, and a comma after each last one. */
export function dumpMetrics(tree: MetricTree): string {
  const lines: string[] = [];
  addLevel(tree, '\t', lines);
  return `{"data":{\n${lines.join('')}}}`;
}

function addLevel({ metrics, children }: MetricTree, indent: string, lines: string[]): void {
  for (const [name, stretches] of metrics) {
    lines.push(`${indent}${goJsonString(name)}:[${stretches.map(encodeStretch).join(',')}],\n`);
  }
  for (const [name, level] of children) {
    lines.push(`${indent}${goJsonString(name)}:{\n`);
    addLevel(level, `${indent}\t`, lines);
    lines.push(`${indent}},\n`);
  }
}

function encodeStretch({ start, end, samples, isSaved }: MetricStretch): string {
  return `{"start":${start},"len":${samples},"end":${end}${isSaved ? ',"saved":true' : ''}}`;
}
