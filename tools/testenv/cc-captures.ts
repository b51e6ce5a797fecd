import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from './shared.js';

/** One captured exchange, or a step between them. */
export interface Exchange {
  id: string;
  instance: string;
  operation: string;
  auth: string | null;
  method: string;
  path: string;
  requestHeaders: Record<string, string>;
  requestBody: string | null;
  status: number;
  responseHeaders: Record<string, string | string[]>;
  responseBody: string | null;
  /** `free`: list or map order differs from run to run. */
  order?: string;
  /** Lines of one group are sent together. */
  parallel?: string;
  note?: string;
  step?: string;
  /** Why a step waits. */
  why?: string;
  bind?: Record<string, { cluster: string; jobId: number | string; startTime: number | string }>;
}

/** The reference files' folder; undefined where they are absent. */
export const shared = sharedFolder();

export function captured(): Exchange[] {
  if (shared === undefined) return [];
  const text = readFileSync(join(shared, 'vectors/clustercockpit/rest.ndjson'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** One of the five cluster files of the captures, as JSON. */
export function clusterFile(name: string): unknown {
  const folder = name.startsWith('demo') ? 'vectors/clustercockpit/clusters' : 'data/clustercockpit';
  return JSON.parse(readFileSync(join(shared ?? '', folder, `cluster-${name}.json`), 'utf8'));
}

/** Fills `{{T-60}}` and `{{job:7}}` in; every other placeholder, and those without a value, becomes `fallback`. */
export function fill(text: string, names: ReadonlyMap<string, string>, fallback: string): string {
  return text.replace(/\{\{([^{}]+)\}\}/g, (_, name: string) => {
    const offset = /^T([+-]\d+)?$/.exec(name);
    if (offset !== null) return String(Number(names.get('T') ?? 1_700_000_400) + Number(offset[1] ?? 0));
    return names.get(name) ?? fallback;
  });
}
