import { cpuSeconds } from '../process/cpu-time.js';

/** How long one step took. */
export interface StepTime {
  name: string;
  /** By the clock on the wall. */
  seconds: number;
  /** Of processor, by it and all that it started; undefined where the system does not tell, or steps ran beside each other. */
  cpuSeconds: number | undefined;
  /** Part of the step that comes before it in the list. */
  isPart: boolean;
}

/** Measures where the time of a run goes. */
export class StepTimes {
  readonly #steps: StepTime[] = [];
  readonly #parts: StepTime[] = [];
  readonly #started = performance.now();
  readonly #cpuBefore = cpuSeconds();

  /** Does one step; steps do not overlap. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const cpuBefore = cpuSeconds();
    const result = await work();
    const parts = this.#parts.splice(0).sort((a, b) => b.seconds - a.seconds);
    this.#steps.push({ name, seconds: since(started), cpuSeconds: cpuSince(cpuBefore), isPart: false }, ...parts);
    return result;
  }

  /** Does a part of the step under way; parts may overlap, so the processor's time is not told of them. */
  async part<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.#parts.push({ name, seconds: since(started), cpuSeconds: undefined, isPart: true });
    return result;
  }

  /** The steps in their order, the parts of each below it with the longest first; then the whole. */
  get all(): StepTime[] {
    const whole = {
      name: 'whole',
      seconds: since(this.#started),
      cpuSeconds: cpuSince(this.#cpuBefore),
      isPart: false,
    };
    return [...this.#steps, whole];
  }
}

const since = (started: number): number => (performance.now() - started) / 1000;

function cpuSince(before: number | undefined): number | undefined {
  const now = cpuSeconds();
  return now === undefined || before === undefined ? undefined : now - before;
}

/** As a Markdown table: how long each step took, and how much processor it used in that time. */
export function formatTimes(times: readonly StepTime[]): string {
  const lines = times.map(({ name, seconds, cpuSeconds: cpu, isPart }) => [
    isPart ? `– ${name}` : name,
    minutes(seconds),
    cpu === undefined ? '' : minutes(cpu),
  ]);
  const header = ['step', 'took', 'processor'];
  const widths = header.map((text, column) => Math.max(text.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const format = (line: readonly string[]) =>
    `| ${line.map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const [first = 0, ...numbers] = widths;
  const rule = ['-'.repeat(first), ...numbers.map((width) => `${'-'.repeat(width - 1)}:`)];
  return `${[format(header), `| ${rule.join(' | ')} |`, ...lines.map(format)].join('\n')}\n`;
}

/** `2:05` is two minutes and five seconds. */
export function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
