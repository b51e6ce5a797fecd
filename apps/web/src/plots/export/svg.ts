import { tickLabels, type Zone } from '../../format/time.js';
import { formatNumber } from '../../format/unit.js';
import type { Columns, TimeWindow } from '../decimate.js';
import { cssColour, type Look } from '../palette.js';
import type { ValueRange } from '../raster.js';
import { timeTicks, valueTicks } from '../ticks.js';

/** What a picture of a plot shows. */
export interface Picture {
  title: string;
  /** Beside the value axis; empty for bare numbers. */
  unit: string;
  /** The values as written are the metric's values times this. */
  factor: number;
  shown: TimeWindow;
  range: ValueRange;
  zone: Zone;
  lines: readonly { label: string; look: Look; columns: Columns }[];
  thresholds: readonly { name: string; value: number }[];
}

const left = 64;
const top = 36;
const plotHeight = 300;
const legendRow = 16;
const legendColumn = 240;
const text = '#222';

/**
 * The plot as an SVG document of its own, from the same columns as the screen's: on white whatever the theme, as it goes into
 * papers and mails. All text is escaped; there is neither style nor script in it.
 */
export function plotSvg(picture: Picture): string {
  const { lines, shown, range } = picture;
  const width = lines[0]?.columns.lows.length ?? 600;
  const perRow = Math.max(1, Math.floor((width + left) / legendColumn));
  const legendTop = top + plotHeight + 56;
  const height = legendTop + Math.ceil(lines.length / perRow) * legendRow + 8;
  const full = width + left + 16;
  const y = (value: number) => plotHeight - ((value - range.min) / (range.max - range.min)) * plotHeight;
  const x = (time: number) => ((time - shown.from) / (shown.to - shown.from)) * width;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${num(full)}" height="${num(height)}" viewBox="0 0 ${num(full)} ${num(height)}" font-family="sans-serif" font-size="11">`,
    `<title>${escapeXml(picture.title)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${num(left)}" y="20" font-size="14" fill="${text}">${escapeXml(heading(picture))}</text>`,
    `<g transform="translate(${num(left)} ${num(top)})">`,
    ...valueAxis(picture, width, y),
    ...timeAxis(picture, width, x),
    ...thresholdLines(picture, width, y),
    `<clipPath id="plot"><rect width="${num(width)}" height="${num(plotHeight)}"/></clipPath>`,
    '<g clip-path="url(#plot)" fill="none" stroke-width="1.25" stroke-linejoin="round">',
    ...lines.map(({ columns, look }) => `<path d="${pathOf(columns, y)}" ${stroke(look)}/>`),
    '</g></g>',
    ...lines.map(({ label, look }, index) => {
      const row = legendTop + Math.floor(index / perRow) * legendRow;
      const column = left + (index % perRow) * legendColumn;
      return (
        `<path d="M${num(column)} ${num(row - 4)}h24" fill="none" stroke-width="2" ${stroke(look)}/>` +
        `<text x="${num(column + 30)}" y="${num(row)}" fill="${text}">${escapeXml(shorten(label))}</text>`
      );
    }),
    '</svg>',
  ].join('\n');
}

/** A line's columns as a path: through the middle where a column is thin, else up and down its whole height. */
export function pathOf({ lows, highs }: Columns, y: (value: number) => number): string {
  let path = '';
  let isOpen = false;
  let wasUp = false;
  for (let column = 0; column < lows.length; column++) {
    const low = lows[column] ?? Number.NaN;
    const high = highs[column] ?? Number.NaN;
    if (Number.isNaN(low)) {
      isOpen = false;
      continue;
    }
    const bottom = y(low);
    const topEdge = y(high);
    const at = num(column + 0.5);
    const command = isOpen ? 'L' : 'M';
    if (bottom - topEdge < 1) path += `${command}${at} ${num((bottom + topEdge) / 2)}`;
    else {
      // Beginning at the end where the last column stopped keeps the pen from jumping over the whole height.
      path += `${command}${at} ${num(wasUp ? topEdge : bottom)}L${at} ${num(wasUp ? bottom : topEdge)}`;
      wasUp = !wasUp;
    }
    // A single column would be a path without length, which is not drawn.
    if (!isOpen && Number.isNaN(lows[column + 1] ?? Number.NaN)) path += 'h0.01';
    isOpen = true;
  }
  return path;
}

export function escapeXml(value: string): string {
  return (
    value
      // XML 1.0 has no place for these, not even escaped.
      .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

function heading({ title, unit }: Picture): string {
  return shorten(unit === '' ? title : `${title} (${unit})`, 120);
}

function valueAxis({ range, factor }: Picture, width: number, y: (value: number) => number): string[] {
  const scaled = { min: range.min * factor, max: range.max * factor };
  return valueTicks(scaled, 6).at.map((tick) => {
    const at = num(y(tick / factor));
    return (
      `<path d="M0 ${at}h${num(width)}" stroke="#ddd" stroke-width="1"/>` +
      `<text x="-6" y="${at}" dy="0.35em" text-anchor="end" fill="${text}">${escapeXml(formatNumber(tick))}</text>`
    );
  });
}

function timeAxis({ shown, zone }: Picture, width: number, x: (time: number) => number): string[] {
  const ticks = timeTicks(shown, Math.floor(width / 90), zone);
  const labels = tickLabels(ticks.at, ticks.step, zone);
  return ticks.at.map((tick, index) => {
    const at = num(x(tick));
    const [clock = '', date = ''] = (labels[index] ?? '').split('\n');
    return (
      `<path d="M${at} 0v${num(plotHeight)}" stroke="#eee" stroke-width="1"/>` +
      `<text x="${at}" y="${num(plotHeight + 16)}" text-anchor="middle" fill="${text}">${clock}</text>` +
      `<text x="${at}" y="${num(plotHeight + 30)}" text-anchor="middle" fill="${text}">${date}</text>`
    );
  });
}

function thresholdLines({ thresholds, range }: Picture, width: number, y: (value: number) => number): string[] {
  const visible = thresholds.filter(({ value }) => value > range.min && value < range.max);
  return visible.map(
    ({ name, value }) =>
      `<path d="M0 ${num(y(value))}h${num(width)}" stroke="#777" stroke-width="1" stroke-dasharray="2 4"/>` +
      `<text x="${num(width)}" y="${num(y(value) - 3)}" text-anchor="end" fill="#555">${escapeXml(name)}</text>`,
  );
}

function stroke({ colour, dash }: Look): string {
  const pattern = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
  return `stroke="${cssColour(colour)}"${pattern}`;
}

function shorten(value: string, length = 32): string {
  const characters = [...value];
  return characters.length <= length ? value : `${characters.slice(0, length - 1).join('')}…`;
}

function num(value: number): string {
  return String(Math.round(value * 100) / 100);
}
