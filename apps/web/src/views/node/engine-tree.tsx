import type { EngineReport, EngineWorker } from '@moorline/control-api';
import { formatDuration, formatRelative } from '../../format/duration.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { EmptyState } from '../../ui/states.js';
import { type WorkerNode, workerTree } from './worker-tree.js';

/** What an agent's workers do, each under what it needs. */
export function EngineTree({ report, now }: { report: EngineReport | undefined; now: number }) {
  return (
    <section class="node-section" aria-label="Workers of the agent">
      <h2>Workers of the agent</h2>
      {report === undefined ? (
        <EmptyState title="No report yet">An agent reports a moment after it has connected.</EmptyState>
      ) : (
        <>
          <p class="node-agent">
            {`Up for ${formatDuration((report.at - report.startedAt) / 1000)}, reported ${formatRelative(report.at / 1000, now)}`}
          </p>
          <Branch nodes={workerTree(report.workers)} at={report.at} />
        </>
      )}
    </section>
  );
}

function Branch({ nodes, at }: { nodes: readonly WorkerNode[]; at: number }) {
  return (
    <ul class="worker-tree">
      {nodes.map(({ worker, alsoNeeds, children }) => (
        <li key={worker.name}>
          <Worker worker={worker} alsoNeeds={alsoNeeds} at={at} />
          {children.length === 0 ? null : <Branch nodes={children} at={at} />}
        </li>
      ))}
    </ul>
  );
}

function Worker({ worker, alsoNeeds, at }: { worker: EngineWorker; alsoNeeds: readonly string[]; at: number }) {
  const { name, state, startedAt, restarts = 0, error } = worker;
  return (
    <div class="worker">
      <span class="mono text">{name}</span>
      <Badge tone={toneOf(worker)}>{state}</Badge>
      {startedAt === undefined ? null : <span>for {formatDuration((at - startedAt) / 1000)}</span>}
      {restarts === 0 ? null : <span>{restarts === 1 ? 'restarted once' : `restarted ${restarts} times`}</span>}
      {alsoNeeds.length === 0 ? null : <span class="text">also needs {alsoNeeds.join(', ')}</span>}
      {error === undefined ? null : (
        <p class="worker-error text" dir="auto">
          {error}
        </p>
      )}
    </div>
  );
}

function toneOf({ state, error }: EngineWorker): Tone {
  if (state === 'started') return 'good';
  if (error !== undefined) return 'bad';
  return state === 'starting' || state === 'stopping' ? 'warn' : 'idle';
}
