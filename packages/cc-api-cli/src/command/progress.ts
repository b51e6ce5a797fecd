import type { Logger } from '@moorline/core';

const line = (_fields: object, message: string) => void process.stderr.write(`cc-api: ${message}\n`);

/** Tells a person on stderr what is being done. */
export const progress: Logger = { debug: () => undefined, info: line, warn: line, error: line };
