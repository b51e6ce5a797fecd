import { Counter, Gauge, type Registry } from 'prom-client';
import type { EventIntake } from './event-intake.js';

/** What Prometheus reads of the events that come over NATS. */
export function addIntakeMetrics(registry: Registry, intake: EventIntake): void {
  const registers = [registry];
  new Gauge({
    name: 'moorline_nats_consuming',
    help: 'Whether events are taken over NATS at the moment',
    registers,
    collect() {
      this.set(intake.status.state === 'consuming' ? 1 : 0);
    },
  });
  new Counter({
    name: 'moorline_nats_events_total',
    help: 'What became of events over NATS',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(intake.status.counts)) this.inc({ outcome }, count);
    },
  });
}
