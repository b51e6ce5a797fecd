import type { KernelFiles } from '../kernel-files.js';
import { parseCpuList } from '../topology/cpu-list.js';

/** The hardware threads that this process, and what it starts, may use; undefined where the kernel does not tell. */
export async function readAffinity(files: KernelFiles): Promise<number[] | undefined> {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec((await files.read('/proc/self/status')) ?? '')?.[1];
  const threads = parseCpuList(list ?? '');
  return threads.length === 0 ? undefined : threads;
}
