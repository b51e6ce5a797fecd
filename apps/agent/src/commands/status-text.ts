import { problemOf } from '../workers/engine-report.js';
import type { ManifoldStatus, StatusAnswer } from '../workers/status-answer.js';
import { asSpan } from './output.js';

/** The running agent for a person: who it is, and each worker below the one that it waits for most. */
export function statusText(status: StatusAnswer, nowSeconds: number): string {
  const { manifolds } = status.engine;
  const lines = [
    `moorline-agent ${status.version}, process ${status.pid}, up ${asSpan(nowSeconds - status.startedAt)}, data in ${status.dataDir}`,
  ];
  const below = treeOf(manifolds);
  const show = (name: string, indent: string): void => {
    const manifold = manifolds[name];
    if (manifold === undefined) return;
    lines.push(`${indent}${name}: ${stateText(manifold)}`);
    const facts = Object.entries(manifold.report ?? {});
    if (facts.length > 0)
      lines.push(`${indent}    ${facts.map(([key, value]) => `${key} ${factText(value)}`).join(', ')}`);
    for (const child of below.get(name) ?? []) show(child, `${indent}  `);
  };
  for (const name of below.get('') ?? []) show(name, '');
  return lines.join('\n');
}

/** Each manifold once, below that of its inputs which is deepest; `''` holds those without inputs. */
function treeOf(manifolds: StatusAnswer['engine']['manifolds']): Map<string, string[]> {
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const inputs = manifolds[name]?.inputs ?? [];
    const depth = inputs.length === 0 ? 0 : 1 + Math.max(...inputs.map(depthOf));
    depths.set(name, depth);
    return depth;
  };
  const below = new Map<string, string[]>();
  for (const [name, { inputs }] of Object.entries(manifolds)) {
    const deepest = [...inputs].sort((a, b) => depthOf(b) - depthOf(a))[0] ?? '';
    below.set(deepest, [...(below.get(deepest) ?? []), name]);
  }
  return below;
}

function stateText(manifold: ManifoldStatus): string {
  const starts = manifold.startCount > 1 ? ` (start ${manifold.startCount})` : '';
  const next = manifold.nextStart === undefined ? '' : `, again at ${manifold.nextStart.at}`;
  const problem = problemOf(manifold);
  const error = problem === undefined ? '' : `: ${problem.message}`;
  const hint = problem?.hint === undefined ? '' : ` (${problem.hint})`;
  return `${manifold.state}${starts}${next}${error}${hint}`;
}

const factText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
