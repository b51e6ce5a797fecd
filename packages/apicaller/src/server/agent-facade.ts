import {
  readEntities,
  readPasswordChanges,
  type EntityResult,
  type EntryError,
  type PasswordChange,
} from '../wire/agent.js';
import { isTag, notATag } from '../wire/tag.js';
import type { CallContext } from './call.js';
import type { EntityStore } from './entity-store.js';
import { type Facade, facade, method } from './facade.js';
import { failureOf } from './failure.js';

/** Agents set passwords that cannot be guessed: shorter ones are refused, as in Juju. */
const shortestPassword = 24;

/** The facade by which agents ask whether they live, and replace their password; each may ask about itself alone. */
export function agentFacade(store: EntityStore, controllerModelUuid: string | undefined): Facade {
  const modelOf = ({ client, identity }: CallContext): string | undefined =>
    identity.isFromControllerModel ? controllerModelUuid : client.modelUuid;

  const entityOf = async (tag: string, context: CallContext): Promise<EntityResult> => {
    if (!isTag(tag)) return failedEntity({ message: notATag(tag), code: '' });
    if (tag !== context.identity.tag) return failedEntity(permissionDenied);
    try {
      const entity = await store.find(tag, modelOf(context));
      if (entity === undefined) return failedEntity(notFound(context));
      const { life = 'alive', jobs = context.identity.kind === 'machine' ? ['JobHostUnits'] : null } = entity;
      return { life, jobs, 'container-type': entity.containerType ?? '' };
    } catch (error) {
      return failedEntity(entryError(error));
    }
  };

  const change = async ({ tag, password }: PasswordChange, context: CallContext): Promise<{ error?: EntryError }> => {
    if (tag !== context.identity.tag) return { error: permissionDenied };
    try {
      const model = modelOf(context);
      const entity = await store.find(tag, model);
      if (entity === undefined) return { error: notFound(context) };
      if (entity.life === 'dead') return { error: { message: 'entity is dead', code: 'dead' } };
      const bytes = Buffer.byteLength(password);
      if (context.identity.isAgent && bytes < shortestPassword) return { error: tooShort(bytes) };
      await store.setPassword(tag, password, model);
      return {};
    } catch (error) {
      return { error: entryError(error) };
    }
  };

  return facade({
    name: 'Agent',
    versions: [2, 3],
    objectIds: 'ignored',
    methods: {
      GetEntities: method({
        parse: readEntities,
        handle: async (tags, context) => ({ entities: await each(tags, (tag) => entityOf(tag, context)) }),
      }),
      SetPasswords: method({
        parse: readPasswordChanges,
        handle: async (changes, context) => ({ results: await each(changes, (entry) => change(entry, context)) }),
      }),
    },
  });
}

/** One after the other: of two changes to one password the later one counts. */
async function each<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

const permissionDenied: EntryError = { message: 'permission denied', code: 'unauthorized access' };

const failedEntity = (error: EntryError): EntityResult => ({ life: '', jobs: null, 'container-type': '', error });

const notFound = ({ identity }: CallContext): EntryError => ({
  message: `${identity.kind} ${identity.id} not found`,
  code: 'not found',
});

const tooShort = (bytes: number): EntryError => ({
  message: `password is only ${bytes} bytes long, and is not a valid Agent password`,
  code: '',
});

function entryError(error: unknown): EntryError {
  const { message, code = '', info } = failureOf(error);
  return { message, code, ...(info === undefined ? {} : { info }) };
}
