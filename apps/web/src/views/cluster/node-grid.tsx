import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { isPlainClick } from '../../routing/link.js';
import { type CellPlace, moveFocus } from './move-focus.js';
import { NodeCell } from './node-cell.js';
import type { NodeGroup } from './node-groups.js';
import { lookOf, type Sight } from './node-look.js';

/** Properties of {@link NodeGrid}. */
export interface NodeGridProps {
  cluster: string;
  /** None of them empty. */
  groups: readonly NodeGroup[];
  sight: Sight;
  /** Told on which node the pointer or the focus is; undefined when it left. */
  onPoint: (host: string | undefined) => void;
}

/** Cells up to this many have room for the host and the value. */
const roomyUpTo = 160;

/**
 * A cell for each node, by subcluster. One stop for Tab; arrows, Home and End lead from cell to cell, Enter opens the node.
 */
export function NodeGrid({ cluster, groups, sight, onPoint }: NodeGridProps) {
  const { router } = useApp();
  const root = useRef<HTMLDivElement>(null);
  const stop = useRef<HTMLElement | null>(null);
  const isRoomy = groups.reduce((sum, { nodes }) => sum + nodes.length, 0) <= roomyUpTo;

  // Moved by hand, as a thousand cells need not be looked at for it.
  const setStop = (cell: HTMLElement | null) => {
    if (stop.current !== null) stop.current.tabIndex = -1;
    if (cell !== null) cell.tabIndex = 0;
    stop.current = cell;
  };
  useLayoutEffect(() => {
    const grid = root.current;
    if (stop.current === null || grid?.contains(stop.current) !== true) setStop(grid?.querySelector('a') ?? null);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const from = placeOf(groups, hostOf(event.target));
    if (from === undefined || event.altKey || event.metaKey || event.shiftKey) return;
    const sizes = groups.map(({ nodes }) => nodes.length);
    const place = moveFocus(sizes, columnsOf(event.target), from, event);
    const host = place && groups[place.group]?.nodes[place.index]?.host;
    if (host === undefined) return;
    event.preventDefault();
    root.current?.querySelector<HTMLElement>(`[data-host="${CSS.escape(host)}"]`)?.focus();
  };
  const onClick = (event: MouseEvent) => {
    const host = hostOf(event.target);
    if (host === undefined || !isPlainClick(event)) return;
    event.preventDefault();
    router.navigate({ view: 'node', cluster, host });
  };
  const onFocus = ({ target }: FocusEvent) => {
    setStop(cellOf(target));
    onPoint(hostOf(target));
  };
  const cells = useMemo(
    () => groups.map((group) => <GroupCells key={group.subCluster} {...{ cluster, group, sight, isRoomy }} />),
    [cluster, groups, sight, isRoomy],
  );
  return (
    <div
      ref={root}
      class={isRoomy ? 'node-grid node-grid-roomy' : 'node-grid'}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocusIn={onFocus}
      onFocusOut={() => onPoint(undefined)}
      onPointerOver={({ target }) => onPoint(hostOf(target))}
      onPointerLeave={() => onPoint(undefined)}
    >
      {cells}
    </div>
  );
}

interface GroupCellsProps extends Pick<NodeGridProps, 'cluster' | 'sight'> {
  group: NodeGroup;
  isRoomy: boolean;
}

function GroupCells({ cluster, group: { subCluster, nodes }, sight, isRoomy }: GroupCellsProps) {
  const { router } = useApp();
  return (
    <section class="node-group" aria-label={`Subcluster ${subCluster}, ${nodes.length} nodes`}>
      <h3 class="node-group-name text">
        {subCluster} <span class="number">{nodes.length}</span>
      </h3>
      <ul class="node-cells">
        {nodes.map((node) => {
          const { paint, sign, text, label } = lookOf(node, sight);
          const href = router.href({ view: 'node', cluster, host: node.host });
          return <NodeCell key={node.host} host={node.host} {...{ href, paint, sign, text, label, isRoomy }} />;
        })}
      </ul>
    </section>
  );
}

const cellOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-host]') : null;
const hostOf = (target: EventTarget | null): string | undefined => cellOf(target)?.dataset['host'];

function placeOf(groups: readonly NodeGroup[], host: string | undefined): CellPlace | undefined {
  for (const [group, { nodes }] of groups.entries()) {
    const index = nodes.findIndex((node) => node.host === host);
    if (index !== -1) return { group, index };
  }
  return undefined;
}

/** How many cells a row has: the browser laid them out, the same in every group. */
function columnsOf(target: EventTarget | null): number {
  const list = cellOf(target)?.closest('ul');
  return list ? getComputedStyle(list).gridTemplateColumns.split(' ').length : 1;
}
