/**
 * How much the benchmarks do. `MOORLINE_BENCH_QUICK=1` leaves out the million jobs and takes one round instead of three: good
 * for a look while working, not for a figure. `MOORLINE_BENCH_SOAK_SECONDS=3600` watches the memory for an hour.
 */
const { MOORLINE_BENCH_QUICK, MOORLINE_BENCH_SOAK_SECONDS } = process.env;
const isQuick = MOORLINE_BENCH_QUICK === '1';

export const sizes = {
  /** Jobs that a store holds before a benchmark begins. */
  jobs: isQuick ? [0, 100_000] : [0, 100_000, 1_000_000],
  rounds: isQuick ? 1 : 3,
  /** Events that are published over NATS at once. */
  events: isQuick ? [20_000] : [20_000, 200_000],
  /** Seconds of mixed load for the memory benchmark. */
  soakSeconds: Number(MOORLINE_BENCH_SOAK_SECONDS ?? (isQuick ? 30 : 300)),
};
