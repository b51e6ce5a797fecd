export { type Clock, systemClock, type Timer } from './clock.js';
export { type DeadlineOptions, isTimeoutError, TimeoutError, withDeadline } from './deadline.js';
export { createErrorGuard, isMoorlineError, MoorlineError, type MoorlineErrorOptions } from './error.js';
export { escapeGoJson, goJson } from './go-json.js';
export { type Logger, type LogMethod, silentLogger } from './logger.js';
export { isSecretName, redact, redacted, redactText, redactUrl } from './redact.js';
export { backoffDelay, type BackoffOptions, parseRetryAfter, retry, type RetryOptions } from './retry.js';
export { SignalWatch } from './signal-watch.js';
export { sleep, type SleepOptions } from './sleep.js';
