/** Light or dark background. */
export type Theme = 'light' | 'dark';

/** `[red, green, blue]`, 0 to 255. */
export type Colour = readonly [number, number, number];

/** How one of many lines looks. */
export interface Look {
  readonly colour: Colour;
  /** CSS pixels drawn and weakened by turns; empty for an unbroken line. */
  readonly dash: readonly number[];
}

/**
 * Six hues that people with any of the common kinds of colour blindness tell apart (a test simulates them), each with at least
 * 3:1 against its background. More lines than colours differ by their dashes.
 */
const colours: Readonly<Record<Theme, readonly Colour[]>> = {
  light: [
    [14, 102, 185],
    [243, 39, 25],
    [23, 168, 112],
    [140, 28, 100],
    [51, 63, 40],
    [111, 161, 65],
  ],
  dark: [
    [41, 115, 251],
    [211, 75, 36],
    [76, 250, 158],
    [185, 85, 163],
    [213, 238, 255],
    [255, 210, 49],
  ],
};

const dashes: readonly (readonly number[])[] = [
  [],
  [10, 4],
  [3, 3],
  [12, 3, 3, 3],
  [20, 5],
  [6, 2],
  [12, 3, 3, 3, 3, 3],
  [2, 6],
  [20, 3, 6, 3],
  [8, 8],
  [3, 3, 3, 9],
];

/** How many lines look different from one another. */
export const lookCount = colours.light.length * dashes.length;

/** How the line at a place among its plot's lines looks. */
export function lookAt(index: number, theme: Theme): Look {
  const palette = colours[theme];
  const colour = palette[index % palette.length] ?? [128, 128, 128];
  const dash = dashes[Math.floor(index / palette.length) % dashes.length] ?? [];
  return { colour, dash };
}

export function cssColour([red, green, blue]: Colour): string {
  return `rgb(${String(red)} ${String(green)} ${String(blue)})`;
}
