export { type ExportedJob, type ExportFilter } from './archive/export-jobs.js';
export { type ImportOutcome } from './archive/import-job.js';
export { type ArchivedJob } from './archive/parse-meta.js';
export { type Change, type JobChange } from './changes/change.js';
export { type ChangeListener, type Changes, type ChangeSubscription } from './changes/change-feed.js';
export { type Clusters } from './clusters/clusters.js';
export { type HostDescription } from './clusters/join-host.js';
export { isStoreError, StoreError, type StoreErrorCode } from './errors.js';
export {
  type FootprintValue,
  type FoundJob,
  type FoundJobs,
  type JobSearch,
  type JobSort,
  type JobTotal,
} from './jobs/search/job-search.js';
export { type Jobs } from './jobs/search/search-jobs.js';
export { type AgentSettings } from './machines/agent-settings.js';
export {
  type ControlPlane,
  type Identities,
  type MachineEntity,
  type MachineLife,
  type NewIdentity,
} from './machines/identities.js';
export { type EngineReport, type MachineEngineReport, type MachineReports } from './machines/machine-reports.js';
export { type MachineRecord, type MachineReport, type Machines } from './machines/machines.js';
export { type NewRegistration, type RegistrationRecord } from './machines/registrations.js';
export { type MetricRange, type MetricRanges, type RangeQuery } from './metrics/metric-ranges.js';
export { type MetricStats } from './metrics/metric-store.js';
export { type NewestValue } from './metrics/newest-values.js';
export { type RangeSeries } from './metrics/range-series.js';
export { type RetentionRule } from './metrics/retention.js';
export {
  type NodeHistory,
  type NodeStatePage,
  type NodeStateQuery,
  type NodeStateRecord,
} from './nodes/node-history.js';
export { type NodeReport, type Nodes, type NodeView } from './nodes/node-views.js';
export { type PostgresOptions } from './postgres/target.js';
export { type StoreBackup } from './store/backup.js';
export { type StoreCheck } from './store/check.js';
export { migrateStore, type StoreMigrations, storeMigrations, type StoreTarget } from './store/migrations.js';
export { openStore, type Store } from './store/open-store.js';
export {
  type CommonStoreOptions,
  type FileStoreOptions,
  type PostgresStoreOptions,
  type StoreOptions,
} from './store/store-options.js';
export { type StoreStats } from './store/stats.js';
