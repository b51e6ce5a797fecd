export { isLineProtocolError, LineProtocolError, type LineProtocolErrorCode } from './errors.js';
export { type BigintDecodeOptions, decode, type Entry, type NumberDecodeOptions } from './wire/decode.js';
export { decodeStream, type StreamLimits } from './wire/decode-stream.js';
export { Encoder, type EncoderOptions } from './wire/encode/encoder.js';
export { type FieldInput, int, type PointInput, type TypedValue, uint } from './wire/encode/field-input.js';
export { type PreparedSeries, prepareSeries } from './wire/encode/prepared-series.js';
export { compareTagKeys } from './wire/encode/tag-order.js';
export type { DecodeOptions } from './wire/entry-reader.js';
export type { FieldKind } from './wire/entry-tape.js';
export type { EntryView, FieldValue } from './wire/entry-view.js';
export type { LineError, LineErrorKind } from './wire/line-error.js';
export {
  buildNodeStateMessage,
  buildStartJobMessage,
  buildStopJobMessage,
  type MessageOptions,
  type MessageTime,
} from './wire/messages/build-message.js';
export type { NodePayload, NodeStatePayload, StopJobPayload } from './wire/messages/payloads.js';
export {
  type BadMessage,
  type BadMessageKind,
  type JobMessage,
  type Message,
  type NodeStateMessage,
  readMessages,
  type ReadMessagesOptions,
} from './wire/messages/read-messages.js';
export {
  decodeMetricSamples,
  type DecodedMetricSamples,
  type DecodeMetricSamplesOptions,
} from './wire/metrics/decode-metric-samples.js';
export {
  createMetricEncoder,
  type MetricEncoder,
  type MetricEncoderOptions,
  type MetricScope,
  type MetricSeries,
} from './wire/metrics/metric-encoder.js';
export type { BadSampleKind } from './wire/metrics/metric-line-reader.js';
export type { MetricSample, MetricSampleType } from './wire/metrics/metric-sample.js';
export { type BadSample, type MetricSamplesRead, readMetricSamples } from './wire/metrics/read-metric-samples.js';
export type { Field, Point, Tag } from './wire/point.js';
export type { Precision } from './wire/precision.js';
export { type EntryVisitor, visit } from './wire/visit.js';
