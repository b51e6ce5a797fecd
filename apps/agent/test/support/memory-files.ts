import type { KernelFiles } from '../../src/kernel-files.js';

/** Kernel files held in memory; change `texts` between two samples to move counters on. */
export function memoryFiles(texts: Record<string, string>): KernelFiles {
  return {
    read: (path) => Promise.resolve(texts[path]),
    list(path) {
      const prefix = path.endsWith('/') ? path : `${path}/`;
      const names = Object.keys(texts)
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length).split('/')[0] ?? '');
      return Promise.resolve([...new Set(names)].sort());
    },
  };
}
