import type { ControllerStatus } from '../wire/controllers.js';

const outOf = /^[^\S\r\n]*([+-]?\d+)[^\S\r\n]+out[^\S\r\n]+of[^\S\r\n]+([+-]?\d+)/;

/** Gives each workload the roll-out that its status text may hold; the same list where none does. */
export function rolledOut(controllers: ControllerStatus[] | null): ControllerStatus[] | null {
  if (controllers === null) return null;
  let isChanged = false;
  const read = controllers.map((controller) => {
    const changed = withRollout(controller);
    isChanged ||= changed !== controller;
    return changed;
  });
  return isChanged ? read : controllers;
}

/**
 * Gives a workload the roll-out that an old daemon put into its status text: `3 out of 5 updated`.
 *
 * @returns the same object where there is no such text.
 */
function withRollout(controller: ControllerStatus): ControllerStatus {
  const [, first, second] = outOf.exec(controller.Status) ?? [];
  if (first === undefined || second === undefined) return controller;
  const [updated, desired] = [Number(first) || 0, Number(second) || 0];
  if (!isInt32(updated) || !isInt32(desired)) return controller;
  const rollout = { ...controller.Rollout, Desired: desired, Updated: updated, Ready: updated, Available: updated };
  return { ...controller, Status: 'updating', Rollout: rollout };
}

const isInt32 = (value: number): boolean => value >= -(2 ** 31) && value < 2 ** 31;
