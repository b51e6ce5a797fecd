/** A Standard Workload Format log of a 128-node machine: the same for the same number of jobs. */
export function syntheticLog(jobs: number): string {
  const lines = ['; Computer: bench', '; UnixStartTime: 749458803', '; MaxNodes: 128', '; MaxProcs: 128'];
  // A linear congruential generator (Numerical Recipes' constants) spreads lengths and sizes without being random.
  let state = 1;
  const next = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % bound;
  };
  for (let job = 1; job <= jobs; job++) {
    const run = next(900);
    const nodes = 2 ** next(6);
    lines.push([job, job * 120, -1, run, nodes, -1, -1, -1, -1, -1, -1, 1 + next(60), 1, -1, -1, -1, -1, -1].join(' '));
  }
  return `${lines.join('\n')}\n`;
}
