import { type Logger, silentLogger } from '@moorline/core';
import { loadJson, type LoadOptions, nameOf } from '../document/load-document.js';
import type { SwaggerDocument } from '../document/swagger.js';
import { validate } from '../document/validate.js';
import type { Comparison } from './change.js';
import { diffDocuments } from './diff-documents.js';

/** Options of {@link diff}. */
export interface DiffOptions extends LoadOptions {
  /** File or URL of the document that clients were made for. */
  before: string;
  /** File or URL of the document that they will meet. */
  after: string;
  /** Told what is being done. Default: nobody. */
  logger?: Logger | undefined;
}

/**
 * Reads two Swagger 2.0 documents and tells what changed from one to the other.
 *
 * @throws CcApiCliError for whatever is wrong with either.
 * @throws TimeoutError when fetching one takes longer than `timeoutMs`.
 */
export async function diff(options: DiffOptions): Promise<Comparison> {
  const { before, after, logger = silentLogger } = options;
  const load = async (location: string): Promise<SwaggerDocument> => {
    const source = nameOf(location);
    logger.info({ source }, `reading ${source}`);
    return validate(await loadJson(location, options), source);
  };
  return diffDocuments(await load(before), await load(after));
}
