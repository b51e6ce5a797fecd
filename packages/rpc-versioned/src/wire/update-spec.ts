import { resourceId, resourceKey } from './resource-id.js';
import { always, flag, isObject, list, map, PayloadError, type Shape, struct, text, unlessEmpty } from './shape.js';

/** Who wants a change, and why: for the commit. */
export interface UpdateCause {
  Message: string;
  User: string;
}

/** A change that `UpdateManifests` asks for. */
export type UpdateSpec =
  | { type: 'image'; cause: UpdateCause; spec: ReleaseImageSpec }
  | { type: 'policy'; cause: UpdateCause; spec: PolicyUpdates | null }
  | { type: 'auto'; cause: UpdateCause; spec: AutomatedSpec }
  | { type: 'sync'; cause: UpdateCause; spec: Record<string, never> }
  | { type: 'containers'; cause: UpdateCause; spec: ReleaseContainersSpec }
  /** What a request without an argument decodes to. */
  | { type: ''; cause: UpdateCause; spec: null };

/** Release an image to workloads. */
export interface ReleaseImageSpec {
  /** Resource ids or `<all>`. */
  ServiceSpecs: string[] | null;
  /** A reference with a tag, or `<all latest>`. */
  ImageSpec: string;
  /** `plan` or `execute`. */
  Kind: string;
  /** Resource ids. */
  Excludes: string[] | null;
  /** Also what is locked. */
  Force: boolean;
}

/** Policies to set and to take away, by resource id. */
export type PolicyUpdates = Record<string, PolicyUpdate>;

export interface PolicyUpdate {
  add: Record<string, string> | null;
  remove: Record<string, string> | null;
}

/** What the daemon's own automation does. */
export interface AutomatedSpec {
  Changes:
    | {
        /** A resource id. */
        WorkloadID: string;
        Container: { Name: string; Image: string };
        /** The reference to change to. */
        ImageID: string;
      }[]
    | null;
}

/** Release images to named containers. */
export interface ReleaseContainersSpec {
  /** `plan` or `execute`. */
  Kind: string;
  /** By resource id. */
  ContainerSpecs: Record<string, ContainerUpdate[] | null> | null;
  /** Skip containers whose image is not `Current`, in place of failing. */
  SkipMismatches: boolean;
  Force: boolean;
}

/** One container's change of image. */
export interface ContainerUpdate {
  Container: string;
  /** The reference that it must have; absent: any. Daemons refuse `''`, so it is never sent. */
  Current?: string;
  Target: string;
}

export const updateCause = struct<UpdateCause>('update.Cause', { Message: always(text), User: always(text) });

export const releaseImageSpec = struct<ReleaseImageSpec>('update.ReleaseImageSpec', {
  ServiceSpecs: always(list(text)),
  ImageSpec: always(text),
  Kind: always(text),
  Excludes: always(list(resourceId)),
  Force: always(flag),
});

export const containerUpdate = struct<ContainerUpdate>('update.ContainerUpdate', {
  Container: always(text),
  Current: unlessEmpty(text),
  Target: always(text),
});

export const releaseContainersSpec = struct<ReleaseContainersSpec>('update.ReleaseContainersSpec', {
  Kind: always(text),
  ContainerSpecs: always(map(list(containerUpdate), resourceKey)),
  SkipMismatches: always(flag),
  Force: always(flag),
});

const automatedChange = struct<NonNullable<AutomatedSpec['Changes']>[number]>('update.Change', {
  WorkloadID: always(resourceId),
  Container: always(
    struct<{ Name: string; Image: string }>('resource.Container', { Name: always(text), Image: always(text) }),
  ),
  ImageID: always(text),
});
export const automatedSpec = struct<AutomatedSpec>('update.Automated', { Changes: always(list(automatedChange)) });

const policyNames = map(text);
/** A policy set; an old form is a list of names, each of which means `"true"`. */
const policySet: Shape<Record<string, string> | null> = {
  goType: 'policy.Set',
  read(value) {
    if (!Array.isArray(value)) return policyNames.read(value);
    return policyNames.read(Object.fromEntries(value.map((name: unknown) => [text.read(name), 'true'])));
  },
  isEmpty: (value) => policyNames.isEmpty(value),
};

const policyUpdates = map(
  struct<PolicyUpdate>('resource.PolicyUpdate', { add: always(policySet), remove: always(policySet) }),
  resourceKey,
);

const variants: Record<string, Shape<unknown>> = {
  image: releaseImageSpec,
  policy: policyUpdates,
  auto: automatedSpec,
  sync: struct<Record<string, never>>('update.ManualSync', {}),
  containers: releaseContainersSpec,
};

const envelope = struct<{ type: string; cause: UpdateCause; spec: unknown }>('update.Spec', {
  type: always(text),
  cause: always(updateCause),
  spec: always<unknown>({ goType: 'json.RawMessage', read: (value) => value, isEmpty: () => false }),
});

export const updateSpec: Shape<UpdateSpec> = {
  goType: 'update.Spec',
  read(value) {
    if (value === undefined || value === null) return { type: '', cause: updateCause.read(undefined), spec: null };
    if (!isObject(value)) throw PayloadError.mismatch(value, 'update.Spec');
    const { type, cause, spec } = envelope.read(value);
    const variant = Object.hasOwn(variants, type) ? variants[type] : undefined;
    if (variant === undefined) throw new PayloadError(`unknown spec type: ${type}`);
    if (spec === undefined) throw new PayloadError('unexpected end of JSON input');
    return { type, cause, spec: variant.read(spec) } as UpdateSpec;
  },
  isEmpty: () => false,
};

/** As {@link updateSpec}, in a daemon: an image reference that is empty is refused, as Go's decoder does. */
export const receivedUpdateSpec: Shape<UpdateSpec> = {
  ...updateSpec,
  read(value) {
    if (isObject(value) && isObject(value['spec'])) refuseBlankImages(value['spec']);
    return updateSpec.read(value);
  },
};

function refuseBlankImages(spec: Record<string, unknown>): void {
  const specs = spec['ContainerSpecs'];
  if (!isObject(specs)) return;
  for (const updates of Object.values(specs)) {
    for (const update of Array.isArray(updates) ? (updates as unknown[]) : []) {
      if (!isObject(update) || (update['Current'] !== '' && update['Target'] !== '')) continue;
      throw new PayloadError('parsing "": blank image name: invalid image ID');
    }
  }
}
