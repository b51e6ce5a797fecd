/**
 * Whether a Node version satisfies an `engines.node` range: alternatives joined by `||`, each `^a.b.c`, `>=a` or `a.b`.
 *
 * This file, like all of `bootstrap/`, runs before anything is installed, on whatever Node is there: no dependency, no
 * newer syntax than needed.
 *
 * @param {string} version such as `20.19.0`
 * @param {string} range such as `^20.19.0 || >=24`
 * @returns {boolean}
 */
export function satisfies(version, range) {
  const actual = numbers(version);
  return range.split('||').some((part) => {
    const [, operator, bound] = /^\s*(\^|>=|)\s*v?([\d.]+)\s*$/.exec(part) || [];
    if (bound === undefined) throw new RangeError(`cannot read the Node range ${JSON.stringify(range)}`);
    const least = numbers(bound);
    if (compare(actual, least) < 0) return false;
    return operator === '>=' || actual[0] === least[0];
  });
}

/**
 * @param {string} version of the running Node
 * @param {string} range accepted
 * @returns {string | undefined} what to tell the user when the version is not accepted
 */
export function nodeVersionProblem(version, range) {
  if (satisfies(version, range)) return undefined;
  return `This repository needs Node ${range}; this is Node ${version}.\nInstall one of those (https://nodejs.org) and run the command again.`;
}

/**
 * @param {string} version
 * @returns {[number, number, number]}
 */
function numbers(version) {
  const [major = 0, minor = 0, patch = 0] = version.replace(/-.*/, '').split('.').map(Number);
  return [major, minor, patch];
}

/**
 * @param {[number, number, number]} a
 * @param {[number, number, number]} b
 */
function compare(a, b) {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
