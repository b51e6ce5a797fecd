import type { ComponentChildren } from 'preact';
import './badge.css';

/** How a state is meant. Each has a colour and a shape of its own. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

const shapes: Record<Tone, string> = {
  // A tick, a disc, a triangle, a cross, a bar: told apart in one colour, and at this size.
  good: 'M3 8.5l3.5 3.5L13 4.5',
  busy: 'M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z',
  warn: 'M8 3L14 13H2z',
  bad: 'M4 4l8 8M12 4l-8 8',
  idle: 'M3.5 8h9',
};

/** The shape of a tone, in its colour: always beside a word. */
export function ToneMark({ tone }: { tone: Tone }) {
  return (
    <svg class={`tone-mark tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[tone]} />
    </svg>
  );
}

/** Properties of {@link Badge}. */
export interface BadgeProps {
  tone: Tone;
  /** The state's word. */
  children: ComponentChildren;
}

/** A state: word, shape and colour. */
export function Badge({ tone, children }: BadgeProps) {
  return (
    <span class={`badge badge-${tone}`}>
      <ToneMark tone={tone} />
      {children}
    </span>
  );
}
