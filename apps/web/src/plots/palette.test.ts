import { describe, expect, it } from 'vitest';
import { type Colour, lookAt, lookCount, type Theme } from './palette.js';

const backgrounds: Record<Theme, Colour> = { light: [255, 255, 255], dark: [24, 26, 31] };
const six = (theme: Theme) => Array.from({ length: 6 }, (_, index) => lookAt(index, theme).colour);

/** Severe forms, after Machado, Oliveira and Fernandes (2009); on linear light. */
const sights: Record<string, readonly (readonly [number, number, number])[]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

describe.each(['light', 'dark'] as const)('the %s palette', (theme) => {
  it('stands out from its background at least 3:1', () => {
    for (const colour of six(theme)) expect(contrast(colour, backgrounds[theme])).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.keys(sights))('keeps its colours apart for %s sight', (sight) => {
    const seen = six(theme).map((colour) => toLab(through(sights[sight] ?? [], colour.map(linear))));
    for (const [index, one] of seen.entries()) {
      for (const other of seen.slice(index + 1)) {
        expect(Math.hypot(...one.map((part, axis) => part - (other[axis] ?? 0)))).toBeGreaterThan(20);
      }
    }
  });

  it('has a look of its own for each of sixty-four lines', () => {
    expect(lookCount).toBeGreaterThanOrEqual(64);
    const looks = Array.from({ length: 64 }, (_, index) => JSON.stringify(lookAt(index, theme)));
    expect(new Set(looks).size).toBe(64);
  });
});

it('lookAt has an answer for any number of lines', () => {
  expect(lookAt(lookCount, 'light')).toEqual(lookAt(0, 'light'));
});

function linear(part: number): number {
  const share = part / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function through(matrix: readonly (readonly [number, number, number])[], [red = 0, green = 0, blue = 0]: number[]) {
  return matrix.map(([r, g, b]) => Math.min(1, Math.max(0, r * red + g * green + b * blue)));
}

function contrast(one: Colour, other: Colour): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** CIELAB under D65, where equal distances look about equally different. */
function toLab([red = 0, green = 0, blue = 0]: number[]): number[] {
  const curve = (value: number) => (value > 216 / 24_389 ? Math.cbrt(value) : (24_389 / 27 / 116) * value + 16 / 116);
  const x = curve((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
  const y = curve(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = curve((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
