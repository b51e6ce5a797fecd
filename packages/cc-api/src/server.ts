export type {
  CcBackend,
  DuplicateJob,
  JobFilter,
  JobKey,
  JobPage,
  MetricSample,
  NodeState,
  ReportScope,
  StartJob,
  StartOutcome,
  StopOutcome,
  Visibility,
} from './server/backend.js';
