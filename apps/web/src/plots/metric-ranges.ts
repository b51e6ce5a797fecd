import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { MetricScope } from '@moorline/control-api';
import { type Clock, systemClock, type Timer } from '@moorline/core';
import { append } from './append.js';
import type { TimeWindow } from './decimate.js';
import { lastTime, type PlotData } from './plot-series.js';

/** A question to the server: some metrics at one scope. */
export interface RangeRequest {
  metrics: string[];
  scope: MetricScope;
  from: number;
  to: number;
  /** Values a series at most. */
  points: number;
}

export type LoadRanges = (request: RangeRequest, signal: AbortSignal) => Promise<PlotData[]>;

/** What is known of one metric at one scope. */
export interface RangeState {
  /** Over all the time of the view. */
  data: PlotData | undefined;
  /** Finer, over what is zoomed to and a bit around it. */
  detail: { data: PlotData; window: TimeWindow } | undefined;
  error: unknown;
  isLoading: boolean;
}

/** Options of {@link MetricRanges}. */
export interface MetricRangesOptions {
  load: LoadRanges;
  /** All the time of the view. */
  window: TimeWindow;
  /** Values a series at most; a screen is not wider. Default 2,000. */
  points?: number;
  clock?: Clock;
}

interface Cell {
  metric: string;
  scope: MetricScope;
  state: Signal<RangeState>;
  users: number;
  /** Its data are not, or no longer, those of the window. */
  isDirty: boolean;
  /** What is new cannot be added to what is there. */
  mustReadAll: boolean;
}

/** Milliseconds in which plots that come into sight together are asked for together. */
const gatherMs = 15;
/** Milliseconds that a zoom must stand still before finer data are read. */
const settleMs = 250;
const empty: RangeState = { data: undefined, detail: undefined, error: undefined, isLoading: false };

/**
 * The metrics of a view: each is read when its plot comes into sight, those that come together in one request; finer data are
 * read for what is zoomed to; live, only what is new.
 */
export class MetricRanges {
  readonly #load: LoadRanges;
  readonly #points: number;
  readonly #clock: Clock;
  readonly #cells = new Map<string, Cell>();
  readonly #closing = new AbortController();
  #window: TimeWindow;
  /** What is zoomed to. */
  #shown: TimeWindow | undefined;
  #gathering: Timer | undefined;
  #settling: Timer | undefined;
  #detailing: AbortController | undefined;

  constructor({ load, window, points = 2000, clock = systemClock }: MetricRangesOptions) {
    this.#load = load;
    this.#window = window;
    this.#points = points;
    this.#clock = clock;
  }

  state(metric: string, scope: MetricScope): ReadonlySignal<RangeState> {
    return this.#cell(metric, scope).state;
  }

  /** Reads the metric, and keeps it up to date until the returned function is called. */
  show(metric: string, scope: MetricScope): () => void {
    const cell = this.#cell(metric, scope);
    cell.users++;
    if (cell.isDirty) this.#gather();
    let isReleased = false;
    return () => {
      if (!isReleased) cell.users--;
      isReleased = true;
    };
  }

  /** Time went on: reads what is new of all that is shown; what is not in sight is read when it is. */
  extend(window: TimeWindow): void {
    this.#window = window;
    for (const cell of this.#cells.values()) cell.isDirty = true;
    this.#gather();
  }

  /** Reads everything again that is shown. */
  reload(): void {
    for (const cell of this.#cells.values()) {
      cell.state.value = { ...cell.state.peek(), data: undefined, detail: undefined };
      cell.isDirty = true;
    }
    this.#gather();
  }

  /** Reads finer data for what is zoomed to, once the zoom stands still; undefined: everything is shown again. */
  zoom(shown: TimeWindow | undefined): void {
    this.#shown = shown;
    this.#settling?.cancel();
    this.#settling = undefined;
    if (shown === undefined || this.#closing.signal.aborted) return;
    this.#settling = this.#clock.setTimer(settleMs, () => void this.#readDetail(shown));
  }

  close(): void {
    this.#gathering?.cancel();
    this.#settling?.cancel();
    this.#detailing?.abort();
    this.#closing.abort();
  }

  #cell(metric: string, scope: MetricScope): Cell {
    const key = `${scope} ${metric}`;
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const cell: Cell = { metric, scope, state: signal(empty), users: 0, isDirty: true, mustReadAll: false };
    this.#cells.set(key, cell);
    return cell;
  }

  #gather(): void {
    if (this.#closing.signal.aborted) return;
    this.#gathering ??= this.#clock.setTimer(gatherMs, () => {
      this.#gathering = undefined;
      const wanted = [...this.#cells.values()].filter((cell) => cell.users > 0 && cell.isDirty);
      for (const cells of groups(wanted, (cell) => `${cell.scope} ${String(this.#startOf(cell))}`)) {
        void this.#read(cells);
      }
    });
  }

  /** From when on a cell's data must be read: where they are samples, from the last one on. */
  #startOf({ state, mustReadAll }: Cell): number {
    const { data } = state.peek();
    if (data === undefined || mustReadAll || data.series.some(({ isBucketed }) => isBucketed)) return this.#window.from;
    return lastTime(data) ?? this.#window.from;
  }

  /** Parts of nodes are many: each gets fewer values, and a zoom brings the finer ones. */
  #pointsAt(scope: MetricScope): number {
    return scope === 'node' ? this.#points : Math.max(10, Math.ceil(this.#points / 4));
  }

  async #read(cells: readonly Cell[]): Promise<void> {
    const [first] = cells;
    if (first === undefined) return;
    const window = this.#window;
    const from = this.#startOf(first);
    for (const cell of cells) {
      cell.isDirty = false;
      cell.state.value = { ...cell.state.peek(), isLoading: true };
    }
    const request = { metrics: cells.map(({ metric }) => metric), scope: first.scope, from, to: window.to };
    try {
      const answers = await this.#load({ ...request, points: this.#pointsAt(first.scope) }, this.#closing.signal);
      for (const cell of cells) this.#take(cell, find(answers, cell), from > window.from);
      // A plot that came into sight, or went to another scope, while one was zoomed in.
      if (cells.some((cell) => this.#shown !== undefined && needsDetail(cell.state.peek(), this.#shown))) {
        this.zoom(this.#shown);
      }
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      for (const cell of cells) cell.state.value = { ...cell.state.peek(), error, isLoading: false };
    }
  }

  #take(cell: Cell, answer: PlotData | undefined, isPart: boolean): void {
    const state = cell.state.peek();
    const nothing: PlotData = { metric: cell.metric, scope: cell.scope, unit: { base: '' }, series: [] };
    const data = isPart && state.data !== undefined ? this.#joined(state.data, answer) : (answer ?? nothing);
    cell.mustReadAll = data === undefined;
    if (data !== undefined) cell.state.value = { ...state, data, error: undefined, isLoading: false };
    else {
      cell.isDirty = true;
      this.#gather();
    }
  }

  /** Undefined where it does not fit, or has become so much that buckets serve better. */
  #joined(data: PlotData, answer: PlotData | undefined): PlotData | undefined {
    const joined = answer === undefined ? data : append(data, answer);
    return joined?.series.some(({ values }) => values.length > this.#points * 2) === true ? undefined : joined;
  }

  async #readDetail(shown: TimeWindow): Promise<void> {
    this.#detailing?.abort();
    const controller = new AbortController();
    this.#detailing = controller;
    const margin = (shown.to - shown.from) / 2;
    const window = {
      from: Math.max(this.#window.from, Math.floor(shown.from - margin)),
      to: Math.min(this.#window.to, Math.ceil(shown.to + margin)),
    };
    const wanted = [...this.#cells.values()].filter((cell) => cell.users > 0 && needsDetail(cell.state.peek(), shown));
    for (const cells of groups(wanted, ({ scope }) => scope)) {
      const [first] = cells;
      if (first === undefined) continue;
      try {
        const metrics = cells.map(({ metric }) => metric);
        const request = { metrics, scope: first.scope, ...window, points: this.#pointsAt(first.scope) };
        const answers = await this.#load(request, controller.signal);
        if (controller.signal.aborted) return;
        for (const cell of cells) {
          const data = find(answers, cell);
          cell.state.value = { ...cell.state.peek(), detail: data === undefined ? undefined : { data, window } };
        }
      } catch {
        // The coarse data go on being shown; the next zoom tries again.
        return;
      }
    }
  }
}

/** The finest data there are that cover what is shown. */
export function finest({ data, detail }: RangeState, shown: TimeWindow): PlotData | undefined {
  return detail !== undefined && covers(detail.window, shown) ? detail.data : data;
}

/** Whether the server has finer data than those at hand for what is shown. */
function needsDetail({ data, detail }: RangeState, shown: TimeWindow): boolean {
  if (data === undefined || !data.series.some(({ isBucketed }) => isBucketed)) return false;
  if (detail === undefined || !covers(detail.window, shown)) return true;
  const isBucketed = detail.data.series.some((series) => series.isBucketed);
  return isBucketed && detail.window.to - detail.window.from > 4 * (shown.to - shown.from);
}

function covers(window: TimeWindow, shown: TimeWindow): boolean {
  return window.from <= shown.from && window.to >= shown.to;
}

function find(answers: readonly PlotData[], { metric }: Cell): PlotData | undefined {
  return answers.find((answer) => answer.metric === metric);
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const byKey = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [item]);
    else group.push(item);
  }
  return [...byKey.values()];
}
