import type { NodeRow } from '@moorline/control-api';
import { useRef } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { isPlainClick } from '../../routing/link.js';
import { type CellPlace, moveFocus } from './move-focus.js';
import { NodeCell } from './node-cell.js';
import type { NodeGroup } from './node-groups.js';
import type { NodeLook } from './node-look.js';

/** Properties of {@link NodeGrid}. */
export interface NodeGridProps {
  cluster: string;
  groups: readonly NodeGroup[];
  lookAt: (node: NodeRow) => NodeLook;
  /** Tells which node the pointer or the focus is on; undefined when it left. */
  onPoint: (host: string | undefined) => void;
  /** Where Tab leads into the grid; the first cell where that host is not there. */
  tabStop: string | undefined;
  onTabStop: (host: string) => void;
}

/** Cells up to this many have room for the host and the value. */
const roomyUpTo = 160;

/**
 * A cell for each node, by subcluster. One stop for Tab; arrows, Home and End lead from cell to cell, Enter opens the node.
 */
export function NodeGrid({ cluster, groups, lookAt, onPoint, tabStop, onTabStop }: NodeGridProps) {
  const { router } = useApp();
  const root = useRef<HTMLDivElement>(null);
  const count = groups.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const isKnown = groups.some(({ nodes }) => nodes.some(({ host }) => host === tabStop));
  const stop = isKnown ? tabStop : groups[0]?.nodes[0]?.host;

  const onKeyDown = (event: KeyboardEvent) => {
    const from = placeOf(groups, hostOf(event.target));
    if (from === undefined || event.altKey || event.metaKey || event.shiftKey) return;
    const columns = columnsOf(event.target);
    const sizes = groups.map(({ nodes }) => nodes.length);
    const place = moveFocus(sizes, columns, from, event);
    const host = place && groups[place.group]?.nodes[place.index]?.host;
    if (host === undefined) return;
    event.preventDefault();
    onTabStop(host);
    root.current?.querySelector<HTMLElement>(`[data-host="${CSS.escape(host)}"]`)?.focus();
  };
  const onClick = (event: MouseEvent) => {
    const host = hostOf(event.target);
    if (host === undefined || !isPlainClick(event)) return;
    event.preventDefault();
    router.navigate({ view: 'node', cluster, host });
  };
  const onFocus = (event: FocusEvent) => {
    const host = hostOf(event.target);
    if (host === undefined) return;
    onTabStop(host);
    onPoint(host);
  };

  return (
    <div
      ref={root}
      class={count <= roomyUpTo ? 'node-grid node-grid-roomy' : 'node-grid'}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocusIn={onFocus}
      onFocusOut={() => onPoint(undefined)}
      onPointerOver={(event) => onPoint(hostOf(event.target))}
      onPointerLeave={() => onPoint(undefined)}
    >
      {groups.map(({ subCluster, nodes }) => (
        <section key={subCluster} class="node-group" aria-label={`Subcluster ${subCluster}, ${nodes.length} nodes`}>
          <h3 class="node-group-name text">
            {subCluster} <span class="number">{nodes.length}</span>
          </h3>
          <ul class="node-cells">
            {nodes.map((node) => {
              const { paint, sign, text, label } = lookAt(node);
              return (
                <NodeCell
                  key={node.host}
                  host={node.host}
                  href={router.href({ view: 'node', cluster, host: node.host })}
                  paint={paint}
                  sign={sign}
                  text={text}
                  label={label}
                  isTabStop={node.host === stop}
                />
              );
            })}
          </ul>
        </section>
      ))}
    </div>
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
