export { greet, type GreetOptions } from './client/greet.js';
export type { Greeting } from './wire/greeting.js';
export { isControlApiError, ControlApiError, type ControlApiErrorCode } from './wire/control-api-error.js';
