/** What the comment lines at the top of a log say of the machine that it was written on. */
export interface SwfHeader {
  /** Every `; Key: value` line; of a repeated key the first. */
  fields: ReadonlyMap<string, string>;
  /** Unix time, seconds, that the log's times count from; 0 where it does not say. */
  unixStartTime: number;
  /** Nodes of the machine; undefined where the log does not say. */
  maxNodes: number | undefined;
  /** Processors of the machine; undefined where the log does not say. */
  maxProcs: number | undefined;
}

/** Collects header lines, each with its leading `;`. */
export function parseSwfHeader(lines: readonly string[]): SwfHeader {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const match = /^;\s*([A-Za-z]+):\s*(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined && !fields.has(match[1])) fields.set(match[1], match[2] ?? '');
  }
  const number = (name: string, least: number) => {
    // Some logs explain a number behind it: `MaxProcs: 128 (see note)`.
    const value = Number(/^\d+/.exec(fields.get(name) ?? '')?.[0] ?? NaN);
    return Number.isSafeInteger(value) && value >= least ? value : undefined;
  };
  return {
    fields,
    unixStartTime: number('UnixStartTime', 0) ?? 0,
    maxNodes: number('MaxNodes', 1),
    maxProcs: number('MaxProcs', 1),
  };
}
