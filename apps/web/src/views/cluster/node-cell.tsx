import { Component } from 'preact';
import type { Paint } from './colours.js';

/** Properties of {@link NodeCell}: plain values, so that a cell that stays the same costs one comparison. */
export interface NodeCellProps {
  host: string;
  href: string;
  paint: Paint;
  sign: string;
  text: string;
  label: string;
  /** Whether there is room for the host and the text. */
  isRoomy: boolean;
}

/** One node: a link to its view, which its grid makes the stop for Tab. A class, for only a class can say that nothing changed. */
export class NodeCell extends Component<NodeCellProps> {
  override shouldComponentUpdate(next: NodeCellProps): boolean {
    return (
      next.host !== this.props.host ||
      next.href !== this.props.href ||
      next.paint !== this.props.paint ||
      next.sign !== this.props.sign ||
      next.text !== this.props.text ||
      next.label !== this.props.label ||
      next.isRoomy !== this.props.isRoomy
    );
  }

  override render({ host, href, paint, sign, text, label, isRoomy }: NodeCellProps) {
    return (
      <li class="node-item">
        <a
          class="node-cell"
          href={href}
          data-host={host}
          tabIndex={-1}
          aria-label={label}
          style={{ backgroundColor: paint.background, color: paint.ink }}
        >
          {isRoomy ? (
            <>
              <span class="node-cell-sign" aria-hidden="true">
                {sign}
              </span>
              <span class="node-cell-host">{host}</span> <span class="node-cell-text">{text}</span>
            </>
          ) : (
            sign
          )}
        </a>
      </li>
    );
  }
}
