import { CcApiCliError } from '../error.js';
import { assumeJson, nameOperations } from './operation-ids.js';
import { isObject, type JsonObject, type SwaggerDocument } from './swagger.js';

/**
 * The OpenAPI 3 form of a Swagger document, in which every operation has an id.
 *
 * @throws CcApiCliError `not_convertible` where the converter finds what it cannot express.
 */
export async function toOpenApi(document: SwaggerDocument, source: string): Promise<JsonObject> {
  const copy = structuredClone(document);
  nameOperations(copy);
  assumeJson(copy);
  const { convertObj } = await import('swagger2openapi');
  try {
    const { openapi } = await convertObj(copy, { patch: true, resolve: false });
    if (isObject(openapi)) return openapi;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CcApiCliError(`${source} cannot be converted to OpenAPI 3: ${reason}`, {
      code: 'not_convertible',
      cause,
    });
  }
  throw new CcApiCliError(`${source} cannot be converted to OpenAPI 3`, { code: 'not_convertible' });
}
