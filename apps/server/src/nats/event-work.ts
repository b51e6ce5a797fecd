import type { EventHandlers, EventOutcome } from '@moorline/cc-api/server';
import type { JobMessage, NodeStateMessage } from '@moorline/nats-lineproto';
import { type EventHandler, type NotYet, notYet, refused, type RefusedEvent } from '@moorline/nats-lineproto/nats';
import type { IntakeCounts } from './intake-counts.js';

/** What is done with the events of each kind of subject. */
export interface EventWork {
  jobs: EventHandler<JobMessage | NodeStateMessage>;
  nodeStates: EventHandler<JobMessage | NodeStateMessage>;
  /** Metric lines as they came; the last word of the subject is the cluster of those that name none. */
  metrics: EventHandler<Uint8Array>;
}

/** Hands the events to the rules of the REST API, and says in the consumers' terms what became of them. */
export function createEventWork(handlers: EventHandlers, counts: IntakeCounts): EventWork {
  const verdict = async (what: string, taken: Promise<EventOutcome>): Promise<NotYet | RefusedEvent | undefined> => {
    const outcome = await taken;
    if (outcome.outcome === 'not_found') {
      counts.early++;
      return notYet(`${what}: ${outcome.error}`);
    }
    if (outcome.outcome === 'refused') return refused(`${what}: ${outcome.error}`);
    counts[outcome.outcome]++;
    return undefined;
  };
  // Who may publish what is the NATS servers' business, by subject: so what is on the wrong one does not count.
  const misplaced = (what: string, { subject }: { subject: string }) => refused(`${what}: not on ${subject}`);
  return {
    jobs(event, context) {
      if (event.type === 'nodestate') return misplaced('node states', context);
      const what = `${event.type} of job ${event.jobId} on ${event.cluster}`;
      const isStart = event.type === 'start_job';
      return verdict(what, isStart ? handlers.startJob(event.json) : handlers.stopJob(event.json));
    },
    nodeStates(event, context) {
      if (event.type !== 'nodestate') return misplaced(event.type, context);
      return verdict(`node states of ${event.cluster}`, handlers.updateNodeStates(event.json));
    },
    metrics(lines, { subject }) {
      const defaultCluster = subject.slice(subject.lastIndexOf('.') + 1);
      return verdict('metric lines', handlers.writeSamples(lines, { defaultCluster }));
    },
  };
}
