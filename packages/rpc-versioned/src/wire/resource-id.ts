import { PayloadError, type Shape } from './shape.js';

/** What a resource id says. */
export interface ResourceId {
  /** A namespace, or `<cluster>`. */
  namespace: string;
  /** In small letters; `service` for an id of the old form. */
  kind: string;
  name: string;
}

const full = /^(<cluster>|[a-zA-Z0-9_-]+):([a-zA-Z0-9_-]+)\/([a-zA-Z0-9_.:-]+)$/;
/** The very form in which daemons write ids: nearly all that are read. */
const written = /^(?:<cluster>|[a-zA-Z0-9_-]+):[a-z0-9_-]+\/[a-zA-Z0-9_.:-]+$/;
const legacy = /^([a-zA-Z0-9_-]+)\/([a-zA-Z0-9_-]+)$/;

/**
 * Reads `orchard:deployment/pear`, or `orchard/pear` of the old form.
 *
 * @returns undefined where the text is neither (`<all>` and `''` among others).
 */
export function parseResourceId(id: string): ResourceId | undefined {
  const [, namespace, kind, name] = full.exec(id) ?? [];
  if (namespace !== undefined && kind !== undefined && name !== undefined) {
    return { namespace, kind: kind.toLowerCase(), name };
  }
  const [, oldNamespace, oldName] = legacy.exec(id) ?? [];
  if (oldNamespace === undefined || oldName === undefined) return undefined;
  return { namespace: oldNamespace, kind: 'service', name: oldName };
}

/**
 * An id in the form in which daemons write it: the kind in small letters.
 *
 * @throws RpcError `invalid_resource_id` for what is no id.
 */
export function normalizedId(id: string): string {
  if (written.test(id)) return id;
  const parsed = parseResourceId(id);
  if (parsed === undefined)
    throw new PayloadError(`parsing ${id}: invalid service ID`, { code: 'invalid_resource_id' });
  return id.includes(':') ? `${parsed.namespace}:${parsed.kind}/${parsed.name}` : id;
}

/** A resource id as a value: `''` and null are the empty id. */
export const resourceId: Shape<string> = {
  goType: 'resource.ID',
  read(value) {
    if (value === undefined || value === null || value === '') return '';
    if (typeof value !== 'string') throw PayloadError.mismatch(value, 'string');
    return normalizedId(value);
  },
  isEmpty: () => false,
};

/** A resource id as a name in a map: not empty. */
export const resourceKey: Shape<string> = {
  goType: 'resource.ID',
  read: (value) => normalizedId(String(value)),
  isEmpty: () => false,
};

/** All resources, where a resource id or this may stand. */
export const allResources = '<all>';

/**
 * Reads a resource spec, as a person may type it: a resource id or `<all>`.
 *
 * @throws RpcError `invalid_resource_id` for anything else.
 */
export function parseResourceSpec(spec: string): string {
  if (spec === allResources) return spec;
  if (parseResourceId(spec) === undefined) {
    throw new PayloadError(`invalid workload spec: parsing ${spec}: invalid service ID`, {
      code: 'invalid_resource_id',
    });
  }
  return normalizedId(spec);
}
