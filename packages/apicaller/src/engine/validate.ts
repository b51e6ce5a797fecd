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
  const given = new Map(Object.entries(manifolds));
  const inputsOf = (name: string) => {
    const manifold = given.get(name);
    return manifold === undefined ? undefined : (manifold.inputs ?? []);
  };
  for (const [name, manifold] of given) checkManifold(name, manifold);
  if (options.unknownInputs === 'refuse') {
    for (const name of given.keys()) refuseUnknownInputs(name, inputsOf);
  }
  const visited = new Map<string, boolean>();
  for (const name of given.keys()) {
    const cycle = findCycle(name, inputsOf, visited);
    if (cycle !== undefined) throw cycleError('', cycle, visited);
  }
}

/** The graph as far as it is known: a manifold's inputs, undefined for a name that nobody has installed. */
export type InputsOf = (name: string) => readonly string[] | undefined;

const goodName = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

/**
 * @throws ApicallerError `invalid_manifold` where this is no manifold; `invalid_name` where its name or an input is not
 * 1 to 128 letters, digits and `._:/-` with a letter or digit first.
 */
export function checkManifold(name: string, manifold: Manifold): void {
  checkName(name, 'manifold name');
  const parts: Partial<Record<keyof Manifold, unknown>> = Object(manifold);
  if (typeof parts.start !== 'function' || (parts.inputs !== undefined && !Array.isArray(parts.inputs))) {
    throw new ApicallerError(`"${name}" is no manifold`, {
      code: 'invalid_manifold',
      hint: 'a manifold has a start function and, where it needs others, an array of their names as inputs',
    });
  }
  for (const input of manifold.inputs ?? []) checkName(input, `input of "${name}":`);
}

function checkName(name: unknown, what: string): void {
  if (typeof name === 'string' && goodName.test(name)) return;
  throw new ApicallerError(`invalid ${what} ${JSON.stringify(name)}`, {
    code: 'invalid_name',
    hint: 'use 1 to 128 letters, digits and ._:/- with a letter or digit first',
  });
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
 * Goes down from `name`, depth first and without recursion: a chain may be longer than the call stack.
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
