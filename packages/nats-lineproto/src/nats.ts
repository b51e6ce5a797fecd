export type {
  JetStream,
  JetStreamAck,
  JetStreamConsumer,
  JetStreamConsumerInfo,
  JetStreamManager,
  JetStreamMessage,
  JetStreamMessages,
  NatsConnection,
  NatsMessage,
  NatsSubscription,
} from './nats/connection.js';
export type { Consumer, ConsumerStats, HandlingOptions } from './nats/consumer.js';
export type { SourceOptions } from './nats/consumer-source.js';
export { deadLetterHeader, type DeadLetterHeaders, type DeadLetterOptions } from './nats/dead-letter.js';
export { ensureStream, type StreamOptions } from './nats/ensure-stream.js';
export { eventId } from './nats/event-id.js';
export { toNatsError } from './nats/failure.js';
export {
  type ConsumerLag,
  consumeJetStream,
  type JetStreamConsumeOptions,
  type StreamConsumer,
  type StreamConsumerStats,
} from './nats/jetstream-consumer.js';
export { createJetStreamPublisher, type JetStreamPublisherOptions } from './nats/jetstream-publisher.js';
export {
  type EventContext,
  type EventHandler,
  type NotYet,
  notYet,
  refused,
  type RefusedEvent,
} from './nats/outcome.js';
export {
  type BadEntry,
  jobEvents,
  metricSamples,
  type MetricSamplesOptions,
  type PayloadReader,
  type Reading,
} from './nats/payload-reader.js';
export { createPublisher, type Published, type Publisher, type PublisherOptions } from './nats/publisher.js';
export type { RedeliveryOptions } from './nats/redelivery.js';
export type { NatsReport, ReportListener } from './nats/report.js';
export { consume, type ConsumeOptions } from './nats/subject-consumer.js';
export { checkSubject } from './nats/subject.js';
