import { useState } from 'preact/hooks';
import { Link } from '../../routing/link.js';
import { Button } from '../../ui/button.js';
import { groupProblems, type ProblemGroup } from './problem-groups.js';
import type { Problem, ProblemKind } from './problems.js';
import type { Selection } from './selection.js';
import { useHeld } from './use-held.js';
import './problem-list.css';

/** Properties of {@link ProblemList}. */
export interface ProblemListProps {
  cluster: string;
  problems: readonly Problem[];
  /** The server's time, Unix milliseconds. */
  at: number;
  /** Shows the nodes of a group in the grid. */
  onShow: (selection: Selection) => void;
}

/** What wants a look, the worst first. It stands still while the pointer or the focus is in it. */
export function ProblemList({ cluster, problems, at, onShow }: ProblemListProps) {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const held = useHeld({ problems, at }, isPointed || isFocused);
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
          Problems <span class="number">{held.problems.length}</span>
        </h2>
        <p class="problems-news" role="status">
          {changes === 0 ? '' : `${changes} changed since; shown when you leave the list`}
        </p>
      </header>
      {held.problems.length === 0 ? (
        <p class="problems-none">All nodes that report are up, healthy and within their thresholds.</p>
      ) : (
        groupProblems(held.problems, held.at).map((group) => (
          <Group key={group.key} cluster={cluster} group={group} onShow={onShow} />
        ))
      )}
    </section>
  );
}

/** So many hosts are named at first: more are no longer looked at one by one. */
const namedAtFirst = 18;

function Group({
  cluster,
  group,
  onShow,
}: { cluster: string; group: ProblemGroup } & Pick<ProblemListProps, 'onShow'>) {
  const [showsAll, setShowsAll] = useState(false);
  const { kind, title, meaning, members, selection } = group;
  const named = showsAll ? members : members.slice(0, namedAtFirst);
  const tone = kind === 'partial' || kind === 'caution' ? 'warn' : 'bad';
  return (
    <div class={`problem problem-${tone}`}>
      <div class="problem-head">
        <h3 class="problem-title text">
          <span aria-hidden="true">{signs[kind]} </span>
          {title} <span class="number">{members.length}</span>
        </h3>
        <Button kind="quiet" onClick={() => onShow(selection)} aria-label={`Show in the grid: ${title}`}>
          Show
        </Button>
      </div>
      <p class="problem-meaning">{meaning}</p>
      <ul class="problem-members">
        {named.map(({ node, detail, explanation }) => (
          <li key={node.host} class="text" title={explanation === '' ? undefined : explanation}>
            <Link to={{ view: 'node', cluster, host: node.host }}>{node.host}</Link>
            {detail === '' ? null : <span class="problem-detail"> {detail}</span>}
          </li>
        ))}
      </ul>
      {members.length > namedAtFirst ? (
        <Button kind="quiet" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Fewer' : `${members.length - namedAtFirst} more`}
        </Button>
      ) : null}
    </div>
  );
}

/** How many hosts came, went or changed in kind. */
function countChanges(before: readonly Problem[], after: readonly Problem[]): number {
  const kinds = new Map(before.map(({ node, kind }) => [node.host, kind]));
  const news = after.filter(({ node, kind }) => kinds.get(node.host) !== kind).length;
  const hosts = new Set(after.map(({ node }) => node.host));
  return news + before.filter(({ node }) => !hosts.has(node.host)).length;
}

/** As in the grid. */
const signs: Readonly<Record<ProblemKind, string>> = {
  down: '✕',
  failed: '✕',
  silent: '!',
  alert: '▲',
  partial: '◐',
  caution: '△',
};
