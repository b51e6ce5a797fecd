import { Counter, Gauge, type Registry } from 'prom-client';
import type { Daemons } from './daemons.js';

/** What Prometheus reads of the daemons that have dialled this server. */
export function addDaemonMetrics(registry: Registry, daemons: Pick<Daemons, 'counts'>): void {
  const registers = [registry];
  new Gauge({
    name: 'moorline_daemons_connected',
    help: 'Daemons that are connected to this server',
    registers,
    collect() {
      this.set(daemons.counts.connected);
    },
  });
  new Counter({
    name: 'moorline_daemon_connections_total',
    help: 'Connections of daemons that were taken',
    registers,
    collect() {
      this.reset();
      this.inc(daemons.counts.connections);
    },
  });
  new Counter({
    name: 'moorline_daemon_events_total',
    help: 'Events that daemons have posted, by type',
    labelNames: ['type'],
    registers,
    collect() {
      this.reset();
      for (const [type, count] of daemons.counts.events) this.inc({ type }, count);
    },
  });
  new Counter({
    name: 'moorline_daemon_calls_total',
    help: 'Calls of daemons by method and outcome: ok, or the code of the failure',
    labelNames: ['method', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [key, count] of daemons.counts.calls) {
        const [method = '', outcome = ''] = key.split(' ');
        this.inc({ method, outcome }, count);
      }
    },
  });
}
