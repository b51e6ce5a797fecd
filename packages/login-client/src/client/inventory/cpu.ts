import { arch, availableParallelism, cpus } from 'node:os';
import type { CpuInfo } from '../../wire/machine-info.js';
import { readText } from './probe.js';

/** The processor, by the names of Go: `amd64`, `arm64`. */
export async function collectCpu(): Promise<CpuInfo> {
  const cores = cpus();
  return cpuInfoFrom((await readText('/proc/cpuinfo')) ?? '', {
    model: cores[0]?.model.trim() ?? '',
    architecture: arch(),
    logicalCores: cores.length || availableParallelism(),
  });
}

/** @param procCpuinfo text of `/proc/cpuinfo`, empty where there is none. */
export function cpuInfoFrom(
  procCpuinfo: string,
  runtime: { model: string; architecture: string; logicalCores: number },
): CpuInfo {
  const field = (name: string): string =>
    new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(procCpuinfo)?.[1]?.trim() ?? '';
  const type = field('model name') || (runtime.model === 'unknown' ? '' : runtime.model);
  const manufacturer = field('vendor_id');
  return {
    ...(type === '' ? {} : { type }),
    ...(manufacturer === '' ? {} : { manufacturer }),
    architecture: goArchitectures[runtime.architecture] ?? runtime.architecture,
    logicalCores: runtime.logicalCores,
  };
}

const goArchitectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
  mipsel: 'mipsle',
};
