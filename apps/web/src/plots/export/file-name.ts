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
