import { ApicallerError } from '../error.js';
import type { Manifold } from './manifold.js';

/** Options of {@link validate}, and of an engine's `install` and `installAll`. */
export interface ValidateOptions {
  /**
   * What to think of an input that nobody has installed: `wait` for it (the manifold stays down until it comes), or
   * `refuse`, where everything is known and it can only be a slip of the pen. Default `wait`.
   */
  unknownInputs?: 'wait' | 'refuse' | undefined;
}

/**
 * Checks a set of manifolds without an engine: their names, and that no manifold needs itself by some way round.
 *
 * @throws ApicallerError `invalid_name`, `dependency_cycle`, or with `unknownInputs: 'refuse'` `input_unknown`.
 */
export function validate(manifolds: Readonly<Record<string, Manifold>>, options: ValidateOptions = {}): void {
  const inputsOf = (name: string) => (Object.hasOwn(manifolds, name) ? (manifolds[name]?.inputs ?? []) : undefined);
  const visited = new Map<string, boolean>();
  for (const name of Object.keys(manifolds)) {
    checkNames(name, inputsOf(name) ?? []);
    if (options.unknownInputs === 'refuse') refuseUnknownInputs(name, inputsOf);
  }
  for (const name of Object.keys(manifolds)) {
    const cycle = findCycle(name, inputsOf, visited);
    if (cycle !== undefined) throw cycleError('', cycle, visited);
  }
}

/** The graph as far as it is known: a manifold's inputs, undefined for a name that nobody has installed. */
export type InputsOf = (name: string) => readonly string[] | undefined;

const goodName = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

/** @throws ApicallerError `invalid_name` where `name` or an input is not 1 to 128 letters, digits and `._:/-`, the first a letter or digit. */
export function checkNames(name: string, inputs: readonly string[]): void {
  for (const candidate of [name, ...inputs]) {
    if (typeof candidate === 'string' && goodName.test(candidate)) continue;
    const what = candidate === name ? 'manifold name' : `input of "${name}":`;
    throw new ApicallerError(`invalid ${what} ${JSON.stringify(candidate)}`, {
      code: 'invalid_name',
      hint: 'use 1 to 128 letters, digits and ._:/- with a letter or digit first',
    });
  }
}

/** @throws ApicallerError `input_unknown` at the first input of `name` that is not installed. */
export function refuseUnknownInputs(name: string, inputsOf: InputsOf): void {
  const unknown = (inputsOf(name) ?? []).find((input) => inputsOf(input) === undefined);
  if (unknown === undefined) return;
  throw new ApicallerError(`cannot install "${name}" manifold: its input "${unknown}" is not installed`, {
    code: 'input_unknown',
    hint: 'correct the name, install the input first or together with it, or allow unknown inputs',
  });
}

/** @throws ApicallerError `dependency_cycle` where `name`, if installed, would need itself. */
export function refuseCycle(name: string, inputsOf: InputsOf): void {
  const visited = new Map<string, boolean>();
  const cycle = findCycle(name, inputsOf, visited);
  if (cycle !== undefined) throw cycleError(`cannot install "${name}" manifold: `, cycle, visited);
}

/**
 * Goes down from `name`, depth first and without recursion (a chain may be longer than the call stack).
 *
 * @param visited true while a name is on the way down, false when everything below it is done; names done before are
 * not gone through again.
 * @returns the way round, its first name again at the end; undefined where there is none.
 */
function findCycle(name: string, inputsOf: InputsOf, visited: Map<string, boolean>): string[] | undefined {
  if (visited.has(name)) return undefined;
  const path = [{ name, inputs: [...(inputsOf(name) ?? [])] }];
  visited.set(name, true);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.inputs.shift();
    if (next === undefined) {
      visited.set(top.name, false);
      path.pop();
    } else if (visited.get(next) === true) {
      const names = path.map((step) => step.name);
      return [...names.slice(names.indexOf(next)), next];
    } else if (!visited.has(next)) {
      visited.set(next, true);
      path.push({ name: next, inputs: [...(inputsOf(next) ?? [])] });
    }
  }
  return undefined;
}

/** The original's text, which prints its visited names as Go prints a map: in order of their names. */
function cycleError(prefix: string, cycle: string[], visited: Map<string, boolean>): ApicallerError {
  const considered = [...visited.keys()].sort().map((name) => `${name}:${visited.get(name)}`);
  return new ApicallerError(`${prefix}cycle detected at "${cycle[0]}" (considering: map[${considered.join(' ')}])`, {
    code: 'dependency_cycle',
    hint: `take one of these inputs away: ${cycle.join(' → ')}`,
    details: { cycle },
  });
}
