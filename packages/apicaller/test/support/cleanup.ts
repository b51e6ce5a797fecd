import { afterEach } from 'vitest';

const steps: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of steps.splice(0).reverse()) await step();
});

/** Runs `step` after the test, last one first. */
export function afterwards(step: () => unknown): void {
  steps.push(step);
}
