export { measure, median, peerOfRounds, type Measurement, type MeasureOptions, type Subject } from './measure.js';
export { notAvailable, report, type BenchReport, type NotAvailable } from './report.js';
