/** Lines that only one of two texts has, marked `-` or `+`: enough to see what changed, not a patch. */
export function changedLines(before: string, now: string): string[] {
  const old = before.split('\n');
  const fresh = now.split('\n');
  const isIn = (lines: readonly string[]) => {
    const known = new Set(lines);
    return (line: string) => known.has(line);
  };
  const [wasThere, isThere] = [isIn(old), isIn(fresh)];
  return [
    ...old.filter((line) => line !== '' && !isThere(line)).map((line) => `- ${line}`),
    ...fresh.filter((line) => line !== '' && !wasThere(line)).map((line) => `+ ${line}`),
  ];
}
