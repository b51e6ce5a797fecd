export { callControl } from './control/call-control.js';
export { type ControlHandlers, type ControlServer, serveControl } from './control/serve-control.js';
export { controlSocketPath, dataDirPath, defaultDataDir, openDataDir } from './data-dir.js';
export { AppError, type AppErrorCode, isAppError } from './error.js';
export { createLogger, type LogLevel, logLevels } from './logger.js';
export { type NatsAccess, readNatsAccess } from './nats/access.js';
export { dialNats } from './nats/dial.js';
export { natsSettings, type NatsSettings, natsSubject } from './nats/settings.js';
export { answer, answerJson, asTime, remark } from './output.js';
export { createProgram, explain, runProgram } from './program.js';
export { readSecret } from './secret.js';
export { valueOf, valuesOf } from './settings/flag-values.js';
export * as form from './settings/form.js';
export type { Form } from './settings/form.js';
export { loadSettings, type SettingsSources } from './settings/load.js';
export { addSettingOptions, settingsTable } from './settings/options.js';
export { settingsFile } from './settings/template.js';
export {
  flagName,
  optional,
  type Setting,
  setting,
  type Settings,
  type Values,
  variableName,
} from './settings/setting.js';
export { type StopReason, untilStopped } from './until-stopped.js';
