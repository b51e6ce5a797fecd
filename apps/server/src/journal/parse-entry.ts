import type { LogEntry } from '@moorline/cc-api';
import { z } from 'zod';

/**
 * A field as `journalctl --output=json` writes it: text; bytes where they are no readable text; null where it is too long to be
 * shown; a list of these where an entry has the field more than once.
 */
const one = z.union([z.string(), z.array(z.number().int().min(0).max(255)), z.null()]);
const field = z.union([one, z.array(one)]).optional();

const entry = z.object({
  /** Unix microseconds. */
  __REALTIME_TIMESTAMP: z.string().regex(/^\d+$/),
  MESSAGE: field,
  PRIORITY: field,
  _SYSTEMD_UNIT: field,
});

/** One line of journalctl's output; undefined where it is none. */
export function parseEntry(line: string): LogEntry | undefined {
  const { data } = entry.safeParse(parseJson(line));
  if (data === undefined) return undefined;
  const priority = textOf(data.PRIORITY);
  return {
    timestamp: data.__REALTIME_TIMESTAMP,
    priority: /^[0-7]$/.test(priority) ? Number(priority) : informational,
    message: textOf(data.MESSAGE),
    unit: textOf(data._SYSTEMD_UNIT),
  };
}

/** What an entry without a priority counts as. */
const informational = 6;

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function textOf(value: z.infer<typeof field>): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const bytes = value.filter((part) => typeof part === 'number');
  if (bytes.length === value.length) return Buffer.from(bytes).toString('utf8');
  const [first] = value.filter((part) => typeof part !== 'number');
  return textOf(first);
}
