import type { Clock } from '@moorline/core';
import type { ComponentEvents, ComponentMetrics, ComponentStates, HealthState } from '@moorline/login-client';
import type { RunningJobs } from '../jobs/running-jobs.js';
import { keptMs, type Sample, type SampleHistory } from './sample-history.js';

/** The component whose events are the jobs of `moorline-agent run`. */
const jobsComponent = 'jobs';

/** What the components of this machine are made from. */
export interface ComponentSources {
  /** Names of the sources of metrics that this machine shows: each is a component. */
  sources: readonly string[];
  samples: SampleHistory;
  jobs: RunningJobs;
  /** Milliseconds between two samples. */
  intervalMs: number;
  clock: Clock;
}

/** The components of this machine as a control plane asks for them: its sources of metrics, and its jobs. */
export class Components {
  readonly #given: ComponentSources;

  constructor(given: ComponentSources) {
    this.#given = given;
  }

  get names(): readonly string[] {
    return [...this.#given.sources, jobsComponent];
  }

  /** @param names all where none is given; one that is not known comes without states. */
  states(names: readonly string[] = []): ComponentStates[] {
    return this.#named(names).map((component) =>
      this.names.includes(component) ? { component, states: [this.#health(component)] } : { component },
    );
  }

  /** @param sinceNanos how far to look back; half an hour where it is 0 or absent. */
  metrics(names: readonly string[] = [], sinceNanos = 0): ComponentMetrics[] {
    const backMs = sinceNanos > 0 ? sinceNanos / 1_000_000 : keptMs;
    const since = this.#given.clock.now() - backMs;
    return this.#named(names).map((component) => {
      const metrics = this.#given.samples.of(component, since).flatMap(metricsOf);
      return metrics.length === 0 ? { component } : { component, metrics };
    });
  }

  /** Jobs that began since then, and still run. @param start RFC 3339; now where it is absent, as in the original. */
  events(names: readonly string[] = [], start?: string, end?: string): ComponentEvents[] {
    const now = new Date(this.#given.clock.now()).toISOString();
    const startTime = start ?? now;
    return this.#named(names).map((component) => {
      const events = component === jobsComponent ? this.#jobsSince(Date.parse(startTime)) : [];
      return { component, startTime, endTime: end ?? now, ...(events.length === 0 ? {} : { events }) };
    });
  }

  #named(names: readonly string[]): readonly string[] {
    return names.length === 0 ? this.names : names;
  }

  #jobsSince(sinceMs: number) {
    return this.#given.jobs
      .list()
      .filter(({ startTime }) => startTime * 1000 >= sinceMs)
      .map(({ jobId, startTime }) => ({
        component: jobsComponent,
        time: asTime(startTime * 1000),
        name: 'job_started',
        type: 'Info',
        message: `job ${jobId} began`,
      }));
  }

  #health(component: string): HealthState {
    const { clock, jobs, samples } = this.#given;
    const state = (at: number, health: string, reason: string): HealthState => ({
      time: asTime(at),
      component,
      name: component,
      health,
      reason,
    });
    if (component === jobsComponent) {
      const running = jobs.list().filter(({ end }) => end === undefined).length;
      return state(clock.now(), 'Healthy', running === 1 ? '1 job runs' : `${running} jobs run`);
    }
    const last = samples.of(component).at(-1);
    if (last === undefined) return state(clock.now(), 'Initializing', 'not sampled yet');
    if (last.problem !== undefined) return { ...state(last.at, 'Unhealthy', 'not readable'), error: last.problem };
    const silentMs = clock.now() - last.at;
    const isLate = silentMs > 3 * this.#given.intervalMs;
    const health = isLate
      ? state(last.at, 'Degraded', `last sampled ${Math.round(silentMs / 1000)} seconds ago`)
      : state(last.at, 'Healthy', 'ok');
    return { ...health, extra_info: { data: JSON.stringify(namedValues(last)) } };
  }
}

const metricsOf = ({ at, values }: Sample) =>
  values.map(({ metric, value, socket }) => ({
    unix_seconds: at,
    name: metric,
    ...(socket === undefined ? {} : { labels: { socket: String(socket) } }),
    value,
  }));

const namedValues = ({ values }: Sample): Record<string, number> =>
  Object.fromEntries(
    values.map(({ metric, value, socket }) => [socket === undefined ? metric : `${metric}.socket${socket}`, value]),
  );

/** RFC 3339, whole seconds. */
const asTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
