import { difference } from '../../../../tools/testenv/captured-text.js';
import { type Exchange, fill } from '../../../../tools/testenv/cc-captures.js';
import type { Served } from './serve.js';

/** How a server of ours may part from the captured one; by the exchange's number. */
export interface Partings {
  /** What is better: another status, for a reason that the README's list of differences has. */
  better: ReadonlyMap<string, readonly [status: number, why: string]>;
  /** Bodies that show what the tested server does not have; their statuses are compared. */
  bodyNeeds: ReadonlyMap<string, string>;
  /** Not sent at all. */
  left: ReadonlyMap<string, string>;
}

/**
 * Sends captured exchanges in their order.
 *
 * @param names values of placeholders, at least `T`; those that answers show are added.
 * @returns how many were compared, and where an answer has another status, content type or body.
 */
export async function replay(
  served: Served,
  exchanges: readonly Exchange[],
  names: Map<string, string>,
  { better, bodyNeeds, left }: Partings,
): Promise<{ faults: string[]; compared: number }> {
  const faults: string[] = [];
  let compared = 0;
  for (const exchange of exchanges) {
    if (exchange.bind !== undefined) await bind(served, exchange.bind, names);
    const id = exchange.id?.replace(/^\w+-/, '');
    if (exchange.step !== undefined || left.has(id)) continue;
    const response = await send(served, exchange, names);
    const text = await response.text();
    compared++;
    const [status, why] = better.get(id) ?? [exchange.status, undefined];
    if (response.status !== status)
      faults.push(`${id}: ${response.status}, not ${status} (${why}): ${text.slice(0, 200)}`);
    if (why !== undefined || bodyNeeds.has(id)) continue;
    const parted = compare(exchange, text, names);
    if (parted !== undefined) faults.push(`${id}: ${parted}`);
    const type = [exchange.responseHeaders['content-type']].flat()[0] ?? null;
    if (response.headers.get('content-type') !== type)
      faults.push(`${id}: ${response.headers.get('content-type')}, not ${type}`);
  }
  return { faults, compared };
}

function send(
  served: Served,
  { method, path, auth, requestHeaders, requestBody }: Exchange,
  names: ReadonlyMap<string, string>,
): Promise<Response> {
  const token = auth === null ? '' : served.tokens.token(auth);
  const headers = new Headers(Object.entries(requestHeaders).map(([name, value]) => [name, withToken(value, token)]));
  const body = requestBody === null || method === 'GET' || method === 'HEAD' ? null : fill(requestBody, names, '0');
  return fetch(served.baseUrl + fill(path, names, '0'), { method, headers, body });
}

/** The literal text TOKEN after an unknown scheme stays as it was captured. */
function withToken(value: string, token: string): string {
  return /^(TOKEN|Bearer TOKEN)$/.test(value) ? value.replace('TOKEN', token) : value;
}

function compare({ order, operation, responseBody }: Exchange, text: string, names: Map<string, string>) {
  const expected = (responseBody ?? '').replace(/\{\{(T([+-]\d+)?)\}\}/g, (placeholder) =>
    fill(placeholder, names, ''),
  );
  if (order !== 'free') return difference(expected, text, names);
  // Of the answers whose order is free only the lines of a dump are compared; numbers of ten digits are times.
  if (!operation.includes('/debug')) return undefined;
  const lines = (all: string) =>
    all
      .replace(/\{\{INT\}\}|\b\d{10}\b/g, 'TIME')
      .split('\n')
      .sort()
      .join('\n');
  return difference(lines(expected), lines(text), names);
}

/** Row ids that the captures name, read from the list. */
async function bind(served: Served, wanted: NonNullable<Exchange['bind']>, names: Map<string, string>): Promise<void> {
  const jobs = await served.backend.listJobs({}, { page: 1, itemsPerPage: 1000 }, { jobs: 'all' }, { metaData: false });
  for (const [name, { cluster, jobId, startTime }] of Object.entries(wanted)) {
    const start = fill(String(startTime), names, '');
    const job = jobs.find((one) => one.cluster === cluster && `${one.jobId}@${one.startTime}` === `${jobId}@${start}`);
    if (job?.id !== undefined) names.set(name, String(job.id));
  }
}
