import { Counter, Gauge, type Registry } from 'prom-client';
import type { Sessions } from './sessions.js';

/** What Prometheus reads of the agents that have dialled this server. */
export function addSessionMetrics(registry: Registry, sessions: Pick<Sessions, 'counts'>): void {
  const registers = [registry];
  new Gauge({
    name: 'moorline_sessions_connected',
    help: 'Agents that have a session with this server, by version of the protocol',
    labelNames: ['protocol'],
    registers,
    collect() {
      for (const [protocol, count] of sessions.counts.up) this.set({ protocol }, count);
    },
  });
  new Counter({
    name: 'moorline_sessions_total',
    help: 'Sessions of agents that came up',
    registers,
    collect() {
      this.reset();
      this.inc(sessions.counts.opened);
    },
  });
  new Counter({
    name: 'moorline_session_requests_total',
    help: 'Requests to agents by method and outcome: ok, or the code of the failure',
    labelNames: ['method', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [key, count] of sessions.counts.requests) {
        const [method = '', outcome = ''] = key.split(' ');
        this.inc({ method, outcome }, count);
      }
    },
  });
}
