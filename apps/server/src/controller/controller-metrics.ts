import { Counter, Gauge, type Registry } from 'prom-client';
import type { ControllerCounts } from './controller-counts.js';

/** What Prometheus reads of the agents that are connected to this server. */
export function addControllerMetrics(registry: Registry, controller: { readonly counts: ControllerCounts }): void {
  const registers = [registry];
  new Gauge({
    name: 'moorline_controller_agents_connected',
    help: "Connections to this server's controller API that are open",
    registers,
    collect() {
      this.set(controller.counts.connected);
    },
  });
  new Counter({
    name: 'moorline_controller_connections_total',
    help: "Connections to this server's controller API that were taken",
    registers,
    collect() {
      this.reset();
      this.inc(controller.counts.connections);
    },
  });
  new Counter({
    name: 'moorline_controller_logins_total',
    help: 'Logins by outcome: ok, or the code of the failure',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of controller.counts.logins) this.inc({ outcome }, count);
    },
  });
  new Counter({
    name: 'moorline_controller_calls_total',
    help: 'Calls of facades by method and outcome: ok, or the code of the failure',
    labelNames: ['method', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [key, count] of controller.counts.calls) {
        const [method = '', outcome = ''] = key.split(' ');
        this.inc({ method, outcome }, count);
      }
    },
  });
}
