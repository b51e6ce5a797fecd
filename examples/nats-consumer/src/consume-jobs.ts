import {
  consumeJetStream,
  jobEvents,
  type JetStream,
  type NatsConnection,
  type NatsReport,
  refused,
  type StreamConsumer,
} from '@moorline/nats-lineproto/nats';

/** What happened to a job. */
export interface JobChange {
  change: 'start' | 'stop';
  cluster: string;
  jobId: number;
  /** Unix seconds, of the start or the stop. */
  time: number;
  /** At a start: whose job it is. */
  user?: string | undefined;
  /** At a stop: `completed`, `failed`, `timeout`, … */
  state?: string | undefined;
}

export interface ConsumeJobsOptions {
  connection: NatsConnection;
  jetstream: JetStream;
  /** Consumers of one name share the events, and one that was away gets what it missed. */
  durable: string;
  /** Told every change. What it rejects with is reported, and the change comes again: it may come twice in any case. */
  record: (change: JobChange) => void | Promise<void>;
  /** Told what went wrong without ending the consumer. */
  onReport: (report: NatsReport) => void;
}

/** Consumes job events; each is acknowledged once it has been recorded. */
export function consumeJobs({ record, ...options }: ConsumeJobsOptions): Promise<StreamConsumer> {
  return consumeJetStream({
    ...options,
    stream: { name: 'CC_JOBS', subjects: ['cc.job.*'] },
    read: jobEvents(),
    async handle(event) {
      if (event.type === 'nodestate') return undefined;
      const { jobId, seconds: time, payload } = event;
      const cluster = textOf(payload['cluster']);
      // A wrong event is wrong tomorrow as well: it must not come again.
      if (jobId === undefined || cluster === undefined) return refused('it does not say which job it is of');
      const job = { cluster, jobId, time };
      if (event.type === 'start_job') await record({ change: 'start', ...job, user: textOf(payload['user']) });
      else await record({ change: 'stop', ...job, state: textOf(payload['jobState']) });
      return undefined;
    },
  });
}

/** The payload is whatever somebody published: nothing in it is of the right type until it was looked at. */
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
