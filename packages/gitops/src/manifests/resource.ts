import { policiesOf } from './policies.js';
import { isRecord } from './read-document.js';
import { type Container, containersOf, isWorkloadKind } from './workload.js';

/** Where a resource is written. */
export interface Place {
  /** Of the file, in the repository. */
  path: string;
  /** Which document of the file, from 0. */
  document: number;
  /** Which item of a `List`, from 0; undefined where the document is the resource itself. */
  item: number | undefined;
}

/** One resource of a manifest. */
export interface Resource {
  /** `namespace:kind/name`; `<cluster>` in place of the namespace for what belongs to none. */
  id: string;
  namespace: string;
  /** In small letters. */
  kind: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** From its annotations, by name: `automated`, `locked`, `tag.<container>`, … */
  policies: Readonly<Record<string, string>>;
  /** What its pods run; empty for what has no pods. */
  containers: readonly Container[];
  /** Whether it runs containers whose images can be changed. */
  isWorkload: boolean;
  place: Place;
}

/** The resources of one document. What is no resource (values of a chart, say) is none of our business. */
export function resourcesOf(value: unknown, path: string, document: number): Resource[] {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || typeof value['apiVersion'] !== 'string') return [];
  const items = value['items'];
  if (value['kind'].endsWith('List') && Array.isArray(items)) {
    return items.flatMap((item: unknown, index) => resourceOf(item, { path, document, item: index }) ?? []);
  }
  return resourceOf(value, { path, document, item: undefined }) ?? [];
}

function resourceOf(value: unknown, place: Place): Resource[] | undefined {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || !isRecord(value['metadata'])) return undefined;
  const { metadata } = value;
  const name = metadata['name'];
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_.:-]{1,253}$/.test(name)) return undefined;
  const kind = value['kind'].toLowerCase();
  const given = metadata['namespace'];
  const namespace = clusterWide.has(kind) ? '<cluster>' : typeof given === 'string' && given !== '' ? given : 'default';
  if (!/^(?:<cluster>|[a-zA-Z0-9_-]{1,63})$/.test(namespace) || !/^[a-z0-9_-]{1,63}$/.test(kind)) return undefined;
  const isWorkload = isWorkloadKind(kind);
  return [
    {
      id: `${namespace}:${kind}/${name}`,
      ...{ namespace, kind, name, isWorkload, place },
      labels: texts(metadata['labels']),
      policies: policiesOf(texts(metadata['annotations'])),
      containers: isWorkload ? containersOf(kind, value) : [],
    },
  ];
}

/** As texts: what YAML takes for a number or a truth value was meant as a text here. */
function texts(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).filter(([, text]) => ['string', 'number', 'boolean'].includes(typeof text));
  return Object.fromEntries(entries.map(([key, text]) => [key, String(text)]));
}

/** Kinds of Kubernetes that belong to no namespace. Without a cluster nobody can be asked about kinds of others. */
const clusterWide: ReadonlySet<string> = new Set([
  'namespace',
  'node',
  'persistentvolume',
  'clusterrole',
  'clusterrolebinding',
  'customresourcedefinition',
  'storageclass',
  'priorityclass',
  'apiservice',
  'mutatingwebhookconfiguration',
  'validatingwebhookconfiguration',
  'validatingadmissionpolicy',
  'validatingadmissionpolicybinding',
  'ingressclass',
  'runtimeclass',
  'csidriver',
  'csinode',
  'volumeattachment',
  'podsecuritypolicy',
  'certificatesigningrequest',
  'flowschema',
  'prioritylevelconfiguration',
]);
