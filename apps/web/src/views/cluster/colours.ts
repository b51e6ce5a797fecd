import type { HealthStatus, NodeStatus } from './node-status.js';

/** The colour of a cell, and the one of the two inks that reads better on it. */
export interface Paint {
  /** `#rrggbb`. */
  background: string;
  ink: '#000000' | '#ffffff';
}

/**
 * Seven steps of viridis, low to high. Its lightness rises in equal steps, so it reads the same to the colour-blind and in
 * grey (van der Walt and Smith, matplotlib, CC0).
 */
export const ramp: readonly Paint[] = ['#440154', '#443a83', '#31688e', '#21908c', '#35b779', '#8fd744', '#fde725'].map(
  paint,
);

/** No value: neither theme's background, and no colour of the ramp. */
export const noPaint = paint('#9aa0a6');

/** From Okabe and Ito's palette, which the colour-blind can tell apart; each has a sign beside it. */
export const statusPaints: Readonly<Record<NodeStatus, Paint>> = {
  down: paint('#d55e00'),
  silent: paint('#f0e442'),
  unknown: paint('#9aa0a6'),
  mixed: paint('#56b4e9'),
  allocated: paint('#0072b2'),
  reserved: paint('#cc79a7'),
  idle: paint('#dfe7ec'),
  absent: paint('#6b7280'),
};

export const healthPaints: Readonly<Record<HealthStatus, Paint>> = {
  failed: paint('#d55e00'),
  partial: paint('#e69f00'),
  full: paint('#0072b2'),
  unsaid: paint('#6b7280'),
};

function paint(background: string): Paint {
  const light = luminance(background);
  return { background, ink: contrast(light, 0) >= contrast(light, 1) ? '#000000' : '#ffffff' };
}

/** Relative luminance, 0 to 1 (WCAG 2.2). @param colour `#rrggbb`. */
export function luminance(colour: string): number {
  const channel = (at: number) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Of two luminances: 1 to 21 (WCAG 2.2); text wants 4.5. */
export function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
