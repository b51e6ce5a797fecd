/** What `/proc/cpuinfo` says of the first processor. */
export interface CpuInfo {
  model: string | undefined;
  flags: ReadonlySet<string>;
}

/** Reads `/proc/cpuinfo`, whose keys differ by architecture: x86 says `flags`, ARM `Features`, POWER `cpu`. */
export function parseCpuInfo(text: string): CpuInfo {
  const facts = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(0, colon)).trim();
    if (key !== '' && !facts.has(key)) facts.set(key, line.slice(colon + 1).trim());
  }
  const model = facts.get('model name') ?? facts.get('cpu') ?? facts.get('Model') ?? facts.get('Hardware');
  const flags = new Set((facts.get('flags') ?? facts.get('Features') ?? '').split(/\s+/).filter((flag) => flag !== ''));
  return { model: model === '' ? undefined : model, flags };
}

/**
 * Double-precision operations of one core in one cycle: the lanes of its widest vectors, twice that with fused
 * multiply-add. One vector unit is assumed; who knows better describes the cluster by hand.
 */
export function flopsPerCycle(flags: ReadonlySet<string>): number {
  if (flags.has('avx512f')) return 16;
  if (flags.has('avx')) return flags.has('fma') ? 8 : 4;
  if (flags.has('asimd')) return 4;
  return flags.has('sse2') ? 2 : 1;
}
