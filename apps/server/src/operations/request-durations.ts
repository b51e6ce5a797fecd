const name = 'moorline_http_request_duration_seconds';

/** Seconds: an answer counts in each bucket whose bound it does not exceed. */
const bounds = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60];

/** One answered request. */
export interface AnsweredRequest {
  method: string;
  /** A pattern, not a path. */
  route: string;
  status: number;
  seconds: number;
}

/** What one method, route and status have in common. */
interface Series {
  method: string;
  status: number;
  /** Answers by the first bound that they do not exceed; behind the last bound, those that exceed all. */
  counts: number[];
  /** Seconds. */
  sum: number;
}

/**
 * How long answers took, as a histogram of Prometheus' text format. prom-client's own puts the labels of every answer into a text
 * to find its series, which costs more than all else that is done when an answer is out.
 */
export class RequestDurations {
  readonly #byRoute = new Map<string, Series[]>();

  observe({ method, route, status, seconds }: AnsweredRequest): void {
    const series = this.#find(method, route, status);
    const bucket = bounds.findIndex((bound) => seconds <= bound);
    const index = bucket < 0 ? bounds.length : bucket;
    series.counts[index] = (series.counts[index] ?? 0) + 1;
    series.sum += seconds;
  }

  text(): string {
    const lines = [`# HELP ${name} Answered requests by method, route and status`, `# TYPE ${name} histogram`];
    for (const [route, all] of this.#byRoute) for (const series of all) lines.push(...linesOf(route, series));
    return `${lines.join('\n')}\n`;
  }

  #find(method: string, route: string, status: number): Series {
    const all = this.#byRoute.get(route) ?? [];
    if (all.length === 0) this.#byRoute.set(route, all);
    const known = all.find((series) => series.status === status && series.method === method);
    if (known !== undefined) return known;
    const made = { method, status, counts: Array<number>(bounds.length + 1).fill(0), sum: 0 };
    all.push(made);
    return made;
  }
}

function linesOf(route: string, { method, status, counts, sum }: Series): string[] {
  const labels = `method="${method}",route="${route}",status="${status}"`;
  let count = 0;
  const buckets = [...bounds, '+Inf'].map((bound, index) => {
    count += counts[index] ?? 0;
    return `${name}_bucket{le="${bound}",${labels}} ${count}`;
  });
  return [...buckets, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`];
}
