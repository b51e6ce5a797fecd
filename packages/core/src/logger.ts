/** One method of a {@link Logger}: facts first, then the sentence, as pino takes them; `console` prints both. */
export type LogMethod = (fields: object, message: string) => void;

/** What the packages log to. A pino instance and `console` both satisfy it as they are. */
export interface Logger {
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
}

const nothing: LogMethod = () => undefined;

/** Logs nothing: every package's default. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
