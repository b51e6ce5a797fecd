/** Gives the reader a file: the browser asks where to, or puts it with the downloads. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName(name);
  link.click();
  // The click has read the address by the time the next task runs.
  queueMicrotask(() => {
    URL.revokeObjectURL(url);
  });
}

/** A name that every file system takes, of what may be any text. */
export function fileName(name: string): string {
  const safe = name
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+|[.-]+$/g, '');
  const dot = safe.lastIndexOf('.');
  const stem = dot > 0 ? safe.slice(0, dot) : safe;
  const ending = dot > 0 ? safe.slice(dot) : '';
  return `${[...stem].slice(0, 100).join('') || 'plot'}${ending}`;
}
