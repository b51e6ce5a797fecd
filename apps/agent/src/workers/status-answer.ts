import { z } from 'zod';

const errorReport = z.object({ message: z.string(), hint: z.string().optional() });

const manifoldStatus = z.looseObject({
  state: z.string(),
  inputs: z.array(z.string()).readonly(),
  startCount: z.number(),
  startedAt: z.string().optional(),
  nextStart: z.object({ at: z.string() }).optional(),
  /** Absent while a new start is under way. */
  error: errorReport.optional(),
  /** The last one, whatever came after it. */
  lastError: errorReport.optional(),
  report: z.record(z.string(), z.unknown()).readonly().optional(),
});

/** What `status` answers on the control socket, as far as it is shown; `--json` shows all of it. */
export const statusAnswer = z.looseObject({
  version: z.string(),
  pid: z.number(),
  /** Unix seconds. */
  startedAt: z.number(),
  dataDir: z.string(),
  engine: z.looseObject({ state: z.string(), manifolds: z.record(z.string(), manifoldStatus).readonly() }),
});

export type StatusAnswer = z.infer<typeof statusAnswer>;
export type ManifoldStatus = z.infer<typeof manifoldStatus>;
