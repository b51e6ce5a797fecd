import { CcApiCliError } from '../error.js';
import { scanJson } from './scan-json.js';
import { shown } from './pointer.js';

/** Bytes that a document may have: 8 MB. That of ClusterCockpit has less than a hundredth of it. */
export const largest = 8 * 2 ** 20;

/**
 * The error for a document with more than {@link largest} bytes.
 *
 * @param beginning as much of it as was read: the error tells where in the document that ends.
 */
export function tooLarge(source: string, beginning: string): CcApiCliError {
  const { pointer } = scanJson(beginning, false);
  return new CcApiCliError(`${source} is larger than ${largest / 2 ** 20} MB: reading ended within ${shown(pointer)}`, {
    code: 'document_too_large',
    pointer,
    hint: 'a Swagger document of an API has some hundred kilobytes: is this one?',
  });
}
