import { cssColour, type Look } from './palette.js';

/** How a line looks, beside its name. */
export function LineMark({ look }: { look: Look }) {
  return (
    <svg class="plot-mark" width="26" height="10" aria-hidden="true" focusable="false">
      <line
        x1="0"
        y1="5"
        x2="26"
        y2="5"
        stroke={cssColour(look.colour)}
        stroke-width="2.5"
        stroke-dasharray={look.dash.join(' ')}
      />
    </svg>
  );
}
