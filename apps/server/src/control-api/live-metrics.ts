import type { LiveFeed } from '@moorline/control-api/server';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What Prometheus reads of the live channel. */
export function addLiveMetrics(registry: Registry, live: Pick<LiveFeed, 'subscribers' | 'counts'>): void {
  const registers = [registry];
  new Gauge({
    name: 'moorline_live_subscribers',
    help: 'Who listens to the live channel of this server',
    registers,
    collect() {
      this.set(live.subscribers);
    },
  });
  new Counter({
    name: 'moorline_live_events_total',
    help: 'Events of the live channel',
    registers,
    collect() {
      this.reset();
      this.inc(live.counts.events);
    },
  });
  new Counter({
    name: 'moorline_live_cut_off_total',
    help: 'Subscribers of the live channel that were cut off because they read too slowly',
    registers,
    collect() {
      this.reset();
      this.inc(live.counts.cutOff);
    },
  });
}
