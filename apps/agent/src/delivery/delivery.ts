import { setMaxListeners } from 'node:events';
import type { Spool, SpoolKind } from '@moorline/cc-store/spool';
import {
  type BackoffOptions,
  type Clock,
  isMoorlineError,
  type Logger,
  silentLogger,
  systemClock,
} from '@moorline/core';
import type { Bell } from '../bell.js';
import { Holds } from './holds.js';
import type { Outcome } from './outcome.js';
import { idsOf, packParcels, type Parcel, unpack } from './parcel.js';

/** Options of {@link createDelivery}. */
export interface DeliveryOptions {
  spool: Spool;
  /** Sends one parcel; never throws but for the signal's reason. */
  send(parcel: Parcel, signal: AbortSignal): Promise<Outcome>;
  /** Rung when there is something new to deliver. */
  bell: Bell;
  /** Requests at once, ≥ 1. Default 4. */
  concurrency?: number | undefined;
  /** Told of entries that are there now. */
  onDelivered?: ((count: number) => void) | undefined;
  /** Told of each entry that the control plane will not take; the spool keeps it apart and logs it. */
  onRejected?: ((reason: string) => void) | undefined;
  /** Between two tries while the control plane is away. Default 0.5 s to 10 s. */
  backoff?: BackoffOptions | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** What a delivery has done so far. */
export interface DeliveryFigures {
  /** Entries delivered since the start. */
  delivered: number;
  rejected: number;
  /** Why the last try came to nothing; absent while deliveries succeed. */
  waitingFor?: string;
}

/** Empties a spool towards the control plane. */
export interface Delivery {
  /**
   * Delivers until the signal is aborted, or, where `until` says so, until nothing is left.
   *
   * @param until asked whenever the spool has nothing ready and nothing is under way.
   * @throws the signal's reason; StoreError where the spool fails.
   */
  run(signal: AbortSignal, until?: () => boolean): Promise<void>;
  figures(): DeliveryFigures;
}

/** The spool is looked at this often without a ring: another process may have written to it. */
const lookEveryMs = 2000;

export function createDelivery(options: DeliveryOptions): Delivery {
  const {
    spool,
    send,
    bell,
    onDelivered,
    onRejected,
    concurrency = 4,
    clock = systemClock,
    logger = silentLogger,
  } = options;
  const holds = new Holds({ minDelayMs: 500, maxDelayMs: 10_000, ...options.backoff }, clock);
  const figures = { delivered: 0, rejected: 0 };
  const delivered: number[] = [];

  /**
   * Takes what was delivered off the spool, many at once: each time costs a write to the disk. What a kill leaves on it
   * is sent again, and the receiver recognises it.
   */
  const takeOff = async (): Promise<void> => {
    const ids = delivered.splice(0);
    if (ids.length === 0) return;
    await spool.done(ids);
    figures.delivered += ids.length;
    onDelivered?.(ids.length);
  };

  /** @returns parcels to be sent instead. */
  const settle = async (parcel: Parcel, outcome: Outcome): Promise<Parcel[]> => {
    if (outcome.kind === 'postponed') {
      spool.release(idsOf(parcel));
      postpone(parcel.kind, outcome);
      return [];
    }
    if (holds.lift(parcel.kind)) logger.info({}, 'what was waiting is delivered again');
    if (outcome.kind === 'done') {
      delivered.push(...idsOf(parcel));
      return [];
    }
    // One bad entry must not take its neighbours with it.
    if (parcel.entries.length > 1) return unpack(parcel);
    for (const id of idsOf(parcel)) await spool.reject(id, outcome.reason);
    figures.rejected++;
    onRejected?.(outcome.reason);
    return [];
  };

  const postpone = (kind: SpoolKind, { error, retryAfterMs, isOfItsKind }: Outcome & { kind: 'postponed' }): void => {
    const reason = error instanceof Error ? error.message : String(error);
    const hold = holds.add(isOfItsKind === true ? kind : 'all', reason, retryAfterMs);
    if (hold === undefined) return;
    const what =
      isOfItsKind === true ? `${names[kind]} cannot be delivered, they wait` : 'nothing can be delivered, it waits';
    const hint = isMoorlineError(error) ? error.hint : undefined;
    if (hold.failures === 1) logger.warn({ delayMs: hold.delayMs, hint }, `${what} in the spool: ${reason}`);
    else logger.debug(hold, reason);
  };

  const run = async (signal: AbortSignal, until: () => boolean = () => false): Promise<void> => {
    // Each request listens to it, and there are more of them than Node takes for a leak.
    setMaxListeners(0, signal);
    let waiting: Parcel[] = [];
    const underWay = new Map<Promise<void>, Parcel>();
    let problem: unknown;
    const launch = (parcel: Parcel): void => {
      const task: Promise<void> = send(parcel, signal)
        .then((outcome) => settle(parcel, outcome))
        .then((instead) => void waiting.unshift(...instead))
        .catch((error: unknown) => {
          spool.release(idsOf(parcel));
          problem ??= error;
        })
        .finally(() => underWay.delete(task));
      underWay.set(task, parcel);
    };
    /** Samples of one series must arrive in order: one request with metrics at a time. */
    const nextParcel = (): Parcel | undefined => {
      const areMetricsUnderWay = [...underWay.values()].some(({ kind }) => kind === 'metrics');
      const at = waiting.findIndex(({ kind }) => kind !== 'metrics' || !areMetricsUnderWay);
      return at < 0 ? undefined : waiting.splice(at, 1)[0];
    };
    try {
      while (problem === undefined) {
        signal.throwIfAborted();
        const open = kinds.filter((kind) => holds.waitMs(kind) <= 0);
        const held = waiting.filter(({ kind }) => !open.includes(kind));
        spool.release(held.flatMap(idsOf));
        waiting = waiting.filter((parcel) => !held.includes(parcel));
        if (waiting.length === 0 && open.length > 0) {
          await takeOff();
          waiting.push(...packParcels(await spool.take(16 * concurrency, { kinds: open })));
        }
        while (underWay.size < concurrency) {
          const parcel = nextParcel();
          if (parcel === undefined) break;
          launch(parcel);
        }
        if (underWay.size === 0) await takeOff();
        if (underWay.size > 0) await Promise.race(underWay.keys());
        else if (open.length === kinds.length && until()) return;
        else await bell.wait(Math.min(lookEveryMs, holds.nextMs()), signal);
      }
      throw problem;
    } finally {
      await Promise.all(underWay.keys());
      await takeOff();
      spool.release(waiting.flatMap(idsOf));
    }
  };

  return {
    run,
    figures() {
      const waitingFor = holds.reason();
      return { ...figures, ...(waitingFor === undefined ? {} : { waitingFor }) };
    },
  };
}

const names: Record<SpoolKind, string> = { job: 'job events', node_state: 'node states', metrics: 'metrics' };

const kinds: readonly SpoolKind[] = ['job', 'node_state', 'metrics'];
