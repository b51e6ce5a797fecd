import { type MethodName, methodNames, type RPCClient, type UpdateSpec } from '@moorline/rpc-versioned';
import { z } from 'zod';
import { ServerError } from '../error.js';

/** What limits one call. */
export interface CallLimits {
  /** Milliseconds, ≥ 1. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

interface Method<A> {
  /** What it takes; the members are checked by the package as they are sent. */
  argument: z.ZodType<A>;
  /** The argument in words. */
  form: string;
  call: (client: RPCClient, argument: A, limits: CallLimits) => Promise<unknown>;
}

const method = <A>(argument: z.ZodType<A>, form: string, call: Method<A>['call']): Method<never> => ({
  argument: argument as z.ZodType<never>,
  form,
  call,
});

/** Absent, or the empty object of the protocol. */
const nothing = z.union([z.undefined(), z.null(), z.strictObject({})]).transform(() => undefined);
const ids = z
  .array(z.string())
  .nullish()
  .transform((given) => given ?? null);
const textOrAll = (all: string) =>
  z
    .string()
    .nullish()
    .transform((given) => given ?? all);
const servicesQuery = z.strictObject({ Namespace: z.string().default(''), Services: ids });
const imagesQuery = z.strictObject({
  Spec: z.string().default('<all>'),
  Namespace: z.string().default(''),
  OverrideContainerFields: ids,
});
const cause = z.object({ Message: z.string().default(''), User: z.string().default('') });
const update = z
  .strictObject({
    type: z.enum(['image', 'policy', 'auto', 'sync', 'containers']),
    cause: cause.default({ Message: '', User: '' }),
    spec: z.record(z.string(), z.unknown()).default({}),
  })
  .transform((given) => given as UpdateSpec);
const change = z.discriminatedUnion('Kind', [
  z.strictObject({
    Kind: z.literal('git'),
    Source: z
      .strictObject({ URL: z.string().default(''), Branch: z.string().default('') })
      .default({ URL: '', Branch: '' }),
  }),
  z.strictObject({
    Kind: z.literal('image'),
    Source: z.strictObject({ Name: z.strictObject({ Domain: z.string().default(''), Image: z.string() }) }),
  }),
]);

const methods: Readonly<Record<MethodName, Method<never>>> = {
  Ping: method(nothing, 'nothing', (client, _, limits) => client.ping(limits)),
  Version: method(nothing, 'nothing', (client, _, limits) => client.version(limits)),
  // YAML, which people can read.
  Export: method(nothing, 'nothing', async (client, _, limits) =>
    new TextDecoder().decode(await client.export(limits)),
  ),
  ListServices: method(textOrAll(''), 'a namespace, or nothing for all', (client, namespace, limits) =>
    client.listServices(namespace, limits),
  ),
  ListServicesWithOptions: method(servicesQuery, '{"Namespace"} or {"Services":[…]}', (client, query, limits) =>
    client.listServicesWithOptions(query, limits),
  ),
  ListImages: method(textOrAll('<all>'), 'the id of a workload, or nothing for all', (client, spec, limits) =>
    client.listImages(spec, limits),
  ),
  ListImagesWithOptions: method(
    imagesQuery,
    '{"Spec","Namespace","OverrideContainerFields"}, each of which may be absent',
    (client, query, limits) => client.listImagesWithOptions(query, limits),
  ),
  UpdateManifests: method(update, '{"type","cause":{"Message","User"},"spec"}', (client, spec, limits) =>
    client.updateManifests(spec, limits),
  ),
  SyncNotify: method(nothing, 'nothing', (client, _, limits) => client.syncNotify(limits)),
  NotifyChange: method(change, '{"Kind","Source"}', (client, told, limits) => client.notifyChange(told, limits)),
  JobStatus: method(z.string(), 'the id of a job', (client, job, limits) => client.jobStatus(job, limits)),
  SyncStatus: method(textOrAll('HEAD'), 'a branch, a tag or a commit; nothing for HEAD', (client, ref, limits) =>
    client.syncStatus(ref, limits),
  ),
  GitRepoConfig: method(
    z
      .boolean()
      .nullish()
      .transform((given) => given ?? false),
    'true to ask for a new key, or nothing',
    (client, regenerate, limits) => client.gitRepoConfig(regenerate, limits),
  ),
};

/**
 * Finds a method, and checks what it is to be called with.
 *
 * @returns what calls it.
 * @throws ServerError `bad_call`.
 */
export function prepareCall(
  name: string,
  argument: unknown,
): { method: MethodName; call: (client: RPCClient, limits: CallLimits) => Promise<unknown> } {
  const known = methodNames.find((method) => method.toLowerCase() === name.toLowerCase());
  if (known === undefined) {
    throw new ServerError(`daemons have no method ${name}`, {
      code: 'bad_call',
      hint: `their methods are ${methodNames.join(', ')}`,
    });
  }
  const { argument: schema, form, call } = methods[known];
  const parsed = schema.safeParse(argument);
  if (!parsed.success) {
    throw new ServerError(`${known} does not take that: ${z.prettifyError(parsed.error)}`, {
      code: 'bad_call',
      hint: `it takes, as JSON, ${form}`,
    });
  }
  return { method: known, call: (client, limits) => call(client, parsed.data, limits) };
}
