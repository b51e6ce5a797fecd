export { ApicallerError, type ApicallerErrorCode, isApicallerError } from './error.js';
export { type EngineConfig, type EngineMetrics } from './engine/config.js';
export { createEngine } from './engine/create-engine.js';
export { type Engine, type Installer, type Reporter, type SettledOptions } from './engine/engine.js';
export { type ErrorReport } from './engine/error-text.js';
export { type ManifoldState } from './engine/installed.js';
export { manifold, type Manifold, type ManifoldDefinition, type StartContext } from './engine/manifold.js';
export { type Output, type OutputKey, outputKey } from './engine/output-key.js';
export { rankedErrors } from './engine/ranked-errors.js';
export { type EngineReport, type EngineState, type ManifoldReport } from './engine/report.js';
export {
  type OutputWorker,
  valueWorker,
  type ValueWorkerOptions,
  worker,
  type WorkerOptions,
} from './engine/run-worker.js';
export { installerKey, reporterKey, selfManifold } from './engine/self-manifold.js';
export { ErrBounce, ErrMissing, ErrUninstall, isErrBounce, isErrMissing, isErrUninstall } from './engine/sentinels.js';
export { type EngineStatus, type ManifoldStatus, type ResolutionStatus } from './engine/status.js';
export { validate, type ValidateOptions } from './engine/validate.js';
export { stopWorker, type Worker } from './engine/worker.js';
