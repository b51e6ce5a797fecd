export { greet, type GreetOptions } from './client/greet.js';
export type { Greeting } from './wire/greeting.js';
export { isLighthouseError, LighthouseError, type LighthouseErrorCode } from './wire/lighthouse-error.js';
