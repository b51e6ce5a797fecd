import { useState } from 'preact/hooks';
import { formatQuantity } from '../../format/unit.js';
import { formatRelative } from '../../format/duration.js';
import { Link } from '../../routing/link.js';
import { Button } from '../../ui/button.js';
import { lastHeard } from './node-status.js';
import { type Finding, type Problem, type ProblemKind, problemKinds } from './problems.js';
import { isLowerBetter } from './thresholds.js';
import { useHeld } from './use-held.js';
import './problem-list.css';

/** Properties of {@link ProblemList}. */
export interface ProblemListProps {
  cluster: string;
  problems: readonly Problem[];
  /** The server's time, Unix milliseconds. */
  at: number;
}

/** More of them are no longer looked at one by one; a button shows the rest. */
const shownAtFirst = 12;

/** What wants a look, the worst first. It stands still while the pointer or the focus is in it. */
export function ProblemList({ cluster, problems, at }: ProblemListProps) {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const [showsAll, setShowsAll] = useState(false);
  const held = useHeld({ problems, at }, isPointed || isFocused);
  const rows = showsAll ? held.problems : held.problems.slice(0, shownAtFirst);
  const changes = countChanges(held.problems, problems);
  return (
    <section
      class="problems"
      aria-labelledby="problems-title"
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
      onFocusIn={() => setFocused(true)}
      onFocusOut={() => setFocused(false)}
    >
      <header class="problems-head">
        <h2 id="problems-title">
          Problems <span class="number">{problems.length}</span>
        </h2>
        <p class="problems-news" role="status">
          {changes === 0 ? '' : `${changes} changed; shown when you leave the list`}
        </p>
      </header>
      {held.problems.length === 0 ? (
        <p class="problems-none">All nodes that report are up, healthy and within their thresholds.</p>
      ) : (
        <ol class="problem-rows">
          {rows.map((problem) => (
            <li key={problem.node.host} class={`problem problem-${tones[problem.kind]}`}>
              <Link class="problem-host text" to={{ view: 'node', cluster, host: problem.node.host }}>
                {problem.node.host}
              </Link>
              <ul class="problem-findings">
                {problem.findings.map((finding) => (
                  <li key={keyOf(finding)} class="problem-finding text">
                    <span class={`problem-kind problem-kind-${tones[finding.kind]}`}>
                      <span aria-hidden="true">{signs[finding.kind]} </span>
                      {labels[finding.kind]}
                    </span>{' '}
                    {describe(finding, problem, held.at)}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
      {held.problems.length > shownAtFirst ? (
        <Button kind="quiet" onClick={() => setShowsAll(!showsAll)} aria-expanded={showsAll}>
          {showsAll ? 'Show the worst only' : `Show all ${held.problems.length}`}
        </Button>
      ) : null}
    </section>
  );
}

/** How many hosts came, went or changed in kind. */
function countChanges(before: readonly Problem[], after: readonly Problem[]): number {
  const kinds = new Map(before.map(({ node, kind }) => [node.host, kind]));
  const news = after.filter(({ node, kind }) => kinds.get(node.host) !== kind).length;
  const hosts = new Set(after.map(({ node }) => node.host));
  return news + before.filter(({ node }) => !hosts.has(node.host)).length;
}

const keyOf = (finding: Finding): string => ('metric' in finding ? finding.metric.name : finding.kind);

function describe(finding: Finding, { node }: Problem, at: number): string {
  if ('metric' in finding) {
    const { metric, value, kind } = finding;
    const threshold = formatQuantity(metric[kind], metric.unit);
    const side = isLowerBetter(metric) ? 'at or above' : 'at or below';
    return `${metric.name} ${formatQuantity(value, metric.unit)}, ${side} ${threshold}`;
  }
  if (finding.kind !== 'silent') return sentences[finding.kind];
  const heard = lastHeard(node);
  return `last heard of ${heard === undefined ? 'never' : formatRelative(heard / 1000, at / 1000)}`;
}

const labels: Readonly<Record<ProblemKind, string>> = {
  down: 'Down',
  failed: 'Failed',
  silent: 'Silent',
  alert: 'Alert',
  partial: 'Partial',
  caution: 'Caution',
};

const signs: Readonly<Record<ProblemKind, string>> = {
  down: '✕',
  failed: '✕',
  silent: '!',
  alert: '▲',
  partial: '◐',
  caution: '△',
};

const sentences = {
  down: 'the scheduler cannot use it',
  failed: 'none of its metrics arrives',
  partial: 'some of its metrics do not arrive',
} as const;

const tones = Object.fromEntries(
  problemKinds.map((kind) => [kind, kind === 'partial' || kind === 'caution' ? 'warn' : 'bad']),
) as Readonly<Record<ProblemKind, 'bad' | 'warn'>>;
