import type { CallOptions } from './cc-client.js';

/**
 * Requests by path, typed by the API's document: whatever the server answers comes back with its status, for a `switch`
 * that the compiler holds to every status of the operation.
 *
 * All reject with a {@link CcApiError} where no answer came or one with a status that the operation does not have, with
 * core's `TimeoutError`, or with the reason of an aborted signal. `GET` is repeated after a failure that may pass.
 */
export interface CcRequests<Paths> {
  GET: CcRequest<Paths, 'get'>;
  POST: CcRequest<Paths, 'post'>;
  PUT: CcRequest<Paths, 'put'>;
  PATCH: CcRequest<Paths, 'patch'>;
  DELETE: CcRequest<Paths, 'delete'>;
}

export type CcRequest<Paths, Method extends string> = <Path extends PathsWith<Paths, Method>>(
  path: Path,
  ...options: Optional<RequestOptions<OperationAt<Paths, Path, Method>>>
) => Promise<CcResult<OperationAt<Paths, Path, Method>>>;

/** One answer of an operation: `status` tells what `body` is. */
export type CcResult<Operation> = Operation extends { responses: infer Responses }
  ? {
      [Status in keyof Responses & number]: {
        status: Status;
        /**
         * The first JSON document of the body, else its text, undefined where it is empty; not checked further. Of a job
         * by its row it may be empty with status 200: the server has the job and cannot read its metrics.
         */
        body: BodyOf<Responses[Status]>;
        headers: Headers;
      };
    }[keyof Responses & number]
  : never;

/** What an operation takes. */
export type RequestOptions<Operation> = PathPart<Operation> & QueryPart<Operation> & BodyPart<Operation> & CallOptions;

/** The paths at which a method is answered. */
export type PathsWith<Paths, Method extends string> = {
  [Path in keyof Paths]: Paths[Path] extends Record<Method, { responses: unknown }> ? Path : never;
}[keyof Paths] &
  string;

export type OperationAt<Paths, Path extends keyof Paths, Method extends string> =
  Paths[Path] extends Record<Method, infer Operation> ? Operation : never;

type BodyOf<Response> = Response extends { content: infer Content } ? Content[keyof Content] : undefined;

type PathPart<Operation> = Operation extends { parameters: { path: infer Path extends object } }
  ? { path: Path }
  : { path?: never };

type QueryPart<Operation> = Operation extends { parameters: { query: infer Query extends object } }
  ? { query: Query }
  : Operation extends { parameters: { query?: infer Query } }
    ? { query?: Query }
    : { query?: never };

type BodyPart<Operation> = Operation extends { requestBody: { content: infer Content } }
  ? { body: Content[keyof Content] }
  : Operation extends { requestBody?: { content: infer Content } }
    ? { body?: Content[keyof Content] }
    : { body?: never };

/** Nothing need be given where nothing is required. */
type Optional<Options> = Record<never, never> extends Options ? [options?: Options] : [options: Options];
