import type { MockSchema } from './mock-view.js';

/**
 * A value of a schema that a real server might send: the same for the same seed and place.
 *
 * @param at where the value stands, `/Data/0/metric`: its last name chooses among the known words.
 */
export function sample(
  schema: MockSchema,
  definitions: Readonly<Record<string, MockSchema>>,
  seed: number,
  at = '',
): unknown {
  if (schema.$ref !== undefined) {
    return sample(definitions[schema.$ref.slice('#/definitions/'.length)] ?? {}, definitions, seed, at);
  }
  const name = at.slice(at.lastIndexOf('/') + 1);
  if (schema['x-nullable'] === true && nulls.has(name)) return null;
  if (Object.hasOwn(words, name) && schema.type !== 'object' && schema.type !== 'array') return words[name];
  const [part] = schema.allOf ?? [];
  if (part !== undefined) return sample(part, definitions, seed, at);
  if (schema.enum !== undefined) return pick(schema.enum, seed, at);
  switch (schema.type) {
    case 'string':
      return name === 'energy' ? '' : name === '' ? 'ok' : `${name}-${roll(seed, at, 100)}`;
    case 'integer':
      return integer(name, seed, at);
    case 'number':
      return roll(seed, at, 10_000) / 100;
    case 'boolean':
      return false;
    case 'array':
      return list(schema.items ?? {}, definitions, seed, at);
    default:
      return members(schema, definitions, seed, at);
  }
}

/** A known list where the elements are plain values; of objects one element, or none where none is usual. */
function list(
  items: MockSchema,
  definitions: Readonly<Record<string, MockSchema>>,
  seed: number,
  at: string,
): readonly unknown[] {
  const known = lists.get(at.slice(at.lastIndexOf('/') + 1));
  if (known !== undefined && (known.length === 0 || items.$ref === undefined)) return known;
  return [sample(items, definitions, seed, `${at}/0`)];
}

function members(
  { properties, additionalProperties }: MockSchema,
  definitions: Readonly<Record<string, MockSchema>>,
  seed: number,
  at: string,
): Record<string, unknown> {
  const named = Object.entries(properties ?? {}).filter(([name]) => !rare.has(name));
  const keyed = additionalProperties === undefined ? [] : [[keyOf(at), additionalProperties] as const];
  return Object.fromEntries(
    [...named, ...keyed].map(([name, schema]) => [name, sample(schema, definitions, seed, `${at}/${name}`)]),
  );
}

/** The key of a map: clusters, metrics, and below metrics their scopes. */
function keyOf(at: string): string {
  if (at.endsWith('/usedNodes')) return 'demo';
  return /\/Data\/[^/]+$/.test(at) ? 'node' : 'load_one';
}

function integer(name: string, seed: number, at: string): number {
  if (/Time$/.test(name)) return 1_700_000_000 + roll(seed, '/time', 86_400);
  return 1 + roll(seed, at, 64);
}

function pick<T>(values: readonly T[], seed: number, at: string): T | undefined {
  return values[roll(seed, at, values.length)];
}

/** An integer from 0 up to `below`, spread by FNV-1a over seed and place. */
function roll(seed: number, at: string, below: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < at.length; index++) hash = Math.imul(hash ^ at.charCodeAt(index), 0x01000193) >>> 0;
  return ((hash ^ (hash >>> 15)) >>> 0) % below;
}

/** Null on a real server more often than not. */
const nulls = new Set(['energyFootprint', 'footprint', 'metaData', 'statistics', 'items', 'error']);

/** Left out: a real server sends them seldom, or never. */
const rare = new Set(['statisticsSeries', 'die', 'arrayJobId', 'requestedMemory', 'submitTime', 'configuration']);

const words: Readonly<Record<string, unknown>> = {
  ...{ cluster: 'demo', subCluster: 'main', partition: 'main', project: 'p1', user: 'alice', username: 'alice' },
  ...{
    hostname: 'n01',
    nodes: 'n[01-16]',
    processorType: 'Demo CPU',
    base: 'B',
    prefix: 'G',
    email: 'alice@example.org',
  },
  ...{ scope: 'node', jobState: 'completed', shared: 'none', aggregation: 'avg', timestep: 60, page: 1, items: 25 },
  ...{ monitoringStatus: 1, numNodes: 1, count: 0, authType: 0, authSource: 0, running: false },
  ...{ smt: 1, remove: false, restrict: false, timestamp: '1700000000000000', priority: 6 },
};

const lists = new Map<string, readonly unknown[]>([
  ['roles', ['user']],
  ['projects', []],
  ['hwthreads', [0, 1]],
  ['accelerators', []],
  ['tags', []],
  ['data', [1.5, 2.5, 3]],
  ['node', [0, 1]],
  ['socket', [[0, 1]]],
  ['memoryDomain', [[0, 1]]],
  ['core', [[0], [1]]],
  ['demo', ['n01', 'n02']],
  ['footprint', ['load_one']],
  ['energyFootprint', []],
]);
