import { ApicallerError } from '../error.js';

/** The kinds of tags that this package knows; names of entities on the wire, as `machine-0` (docs/protocol.md §1.6). */
export const tagKinds = ['machine', 'unit', 'application', 'user', 'model', 'controller'] as const;
/** A kind of tag. */
export type TagKind = (typeof tagKinds)[number];

/** A tag, taken apart. */
export interface Tag {
  kind: TagKind;
  /** As people write it: `0/lxd/1` for `machine-0-lxd-1`, `mysql/0` for `unit-mysql-0`. */
  id: string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const application = '(?:[a-z][a-z0-9]*(?:-[a-z0-9]*[a-z][a-z0-9]*)*)';
const number = '(?:0|[1-9][0-9]*)';
const userPart = '[a-zA-Z0-9](?:[a-zA-Z0-9.+-]*[a-zA-Z0-9])?';

/** What ids of each kind look like. */
const forms: Record<TagKind, RegExp> = {
  machine: new RegExp(`^${number}(/[a-z]+/${number})*$`),
  unit: new RegExp(`^${application}/${number}$`),
  application: new RegExp(`^${application}$`),
  user: new RegExp(`^${userPart}(@${userPart})?$`),
  model: uuid,
  controller: uuid,
};

/**
 * Takes a tag apart.
 *
 * @param kind the only one that will do; default any.
 * @throws ApicallerError `invalid_tag`, its message in the original's words: `"zzz" is not a valid tag`,
 * `"machine-0" is not a valid model tag`.
 */
export function parseTag(text: string, kind?: TagKind): Tag {
  const tag = readTag(text);
  if (tag !== undefined && (kind === undefined || tag.kind === kind)) return tag;
  throw new ApicallerError(notATag(text, kind), {
    code: 'invalid_tag',
    hint: 'a tag is a kind and an id: machine-0, unit-mysql-0, model-<uuid>',
    details: { tag: text },
  });
}

/** What the original says of a text that is no tag, or none of this kind. */
export function notATag(text: string, kind?: TagKind): string {
  const isOfKnownKind = kind !== undefined && (readTag(text) !== undefined || text.startsWith(`${kind}-`));
  return `${JSON.stringify(text)} is not a valid ${isOfKnownKind ? `${kind} ` : ''}tag`;
}

/** Whether this is a tag, and of that kind where one is given. */
export function isTag(text: string, kind?: TagKind): boolean {
  const tag = readTag(text);
  return tag !== undefined && (kind === undefined || tag.kind === kind);
}

/** Writes a tag: the other way round than {@link parseTag}. */
export function formatTag({ kind, id }: Tag): string {
  if (kind === 'machine') return `machine-${id.replaceAll('/', '-')}`;
  if (kind === 'unit') return `unit-${replaceLast(id, '/', '-')}`;
  return `${kind}-${id}`;
}

function readTag(text: string): Tag | undefined {
  const kind = tagKinds.find((candidate) => text.startsWith(`${candidate}-`));
  if (kind === undefined) return undefined;
  const id = idOf(kind, text.slice(kind.length + 1));
  return forms[kind].test(id) ? { kind, id } : undefined;
}

function idOf(kind: TagKind, suffix: string): string {
  if (kind === 'machine') return suffix.replaceAll('-', '/');
  return kind === 'unit' ? replaceLast(suffix, '-', '/') : suffix;
}

function replaceLast(text: string, from: string, to: string): string {
  const at = text.lastIndexOf(from);
  return at < 0 ? text : text.slice(0, at) + to + text.slice(at + from.length);
}
