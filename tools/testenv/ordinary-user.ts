/** The user that owns nothing, on every Unix. */
const nobody = 65_534;

/** Runs `work` without root's rights, so that permissions hold for it: as `nobody` where the tests run as root. */
export async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
