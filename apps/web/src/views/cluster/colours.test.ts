import { describe, expect, it } from 'vitest';
import { contrast, healthPaints, luminance, noPaint, type Paint, ramp, statusPaints } from './colours.js';

describe('colours', () => {
  const paints: Paint[] = [...ramp, noPaint, ...Object.values(statusPaints), ...Object.values(healthPaints)];

  it.each(paints)('$ink is readable on $background', ({ background, ink }) => {
    expect(contrast(luminance(background), luminance(ink))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['protanopia', 'deuteranopia', 'tritanopia'] as const)('rises in lightness step by step in %s', (kind) => {
    const lights = ramp.map(({ background }) => luminance(seenIn(kind, background)));
    for (const [step, light] of lights.entries()) {
      const before = lights[step - 1];
      if (before !== undefined) expect(contrast(light, before)).toBeGreaterThan(1.2);
      expect(light).toBeGreaterThan(before ?? -1);
    }
  });
});

/** Colours as dichromats see them: Machado, Oliveira and Fernandes 2009, severity 1, on linear light. */
const matrices = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function seenIn(kind: keyof typeof matrices, colour: string): string {
  const linear = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const channels = [0, 3, 6].map((row) => {
    const sum = linear.reduce((total, light, index) => total + light * (matrices[kind][row + index] ?? 0), 0);
    const light = Math.min(1, Math.max(0, sum));
    const share = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
    return Math.round(share * 255)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${channels.join('')}`;
}
