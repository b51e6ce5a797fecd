import { CcApiCliError } from '../error.js';
import type { JsonObject } from '../document/swagger.js';

/**
 * The module of types of an OpenAPI 3 document: `paths`, `components`, `operations`.
 *
 * @throws CcApiCliError `not_convertible` where the document has what openapi-typescript cannot express.
 */
export async function typesModule(document: JsonObject, source: string): Promise<string> {
  const { astToString, default: openapiTS } = await import('openapi-typescript');
  try {
    return astToString(await openapiTS(JSON.stringify(document), { silent: true }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CcApiCliError(`no types can be made of ${source}: ${reason}`, { code: 'not_convertible', cause });
  }
}
