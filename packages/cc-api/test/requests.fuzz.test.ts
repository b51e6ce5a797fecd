import { operations } from '@moorline/cc-api';
import { createCcServer } from '@moorline/cc-api/server';
import { createInMemoryBackend, type InMemoryBackend } from '@moorline/cc-api/testing';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import { j } from './support/ask.js';
import { demo } from './support/clusters.js';
import { decodeMetrics } from './support/line-protocol.js';

/** The 500s that the protocol has for what a caller did wrong (docs/protocol.md §3.5, §3.9). */
const captured =
  /^(adding tag failed: cannot write|adding tag to new job \d+ failed: cannot write|removing tag failed: tag does not exist|strconv\.ParseInt)/;

const member = fc.constantFrom(
  ...['jobId', 'cluster', 'startTime', 'stopTime', 'jobState', 'payload', 'key', 'value', 'type', 'name', 'scope'],
  ...['add-role', 'remove-role', 'add-project', 'remove-project', 'user', 'numNodes', 'resources', 'hostname', 'tags'],
  ...['nodes', 'states', '__proto__', 'x'],
);
const leaf = fc.oneof(
  fc.constantFrom(null, true, 0, 1, -1, 1_700_000_000, 2 ** 53, 1.5),
  fc.constantFrom('demo', 'n01', 'global', 'admin', 'mock', 'alice', 'user', 'manager', 'completed', 't', 'n', ''),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.array(fc.tuple(member, tie('value')), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs)),
}));
const body = fc.oneof(
  { weight: 4, arbitrary: value.map((json) => new TextEncoder().encode(JSON.stringify(json))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
);
const segment = fc.oneof(
  fc.constantFrom('1', '2', '-1', 'demo', 'n01', 'alice', 'a%2Fb', '%00', '%', '..', '1700000000'),
  fc.webSegment({ size: 'xsmall' }),
);
const query = fc.oneof(
  fc.constantFrom('', 'to=5', 'to=x', 'to=1800000000', 'omit-tagged=user', 'not-just-user=true', 'selector=demo:n01'),
  fc.webQueryParameters({ size: 'xsmall' }),
);
const routes = Object.values(operations)
  .filter(({ group }) => group === 'api' || group === 'metricStore' || group === 'user')
  .flatMap(({ methods, paths }) => methods.flatMap((method) => paths.map((path) => ({ method, path }))));

it('whatever is sent to a route is answered, never with a crash, and what is refused leaves nothing behind', async () => {
  const run = fc.asyncProperty(
    fc.constantFrom(...routes),
    fc.array(segment, { minLength: 2, maxLength: 2 }),
    query,
    body,
    async (route, segments, text, bytes) => {
      const [first = '', second = ''] = segments;
      const path = route.path.replace('{cluster}', first).replace(/\{\w+\}$/, second);
      const { served, backend, logger } = await filled();
      const before = await stateOf(backend);
      const response = await served({
        ...{ method: route.method, path, query: text, remoteAddress: '::1', isTls: false },
        header: (name) => (name === 'x-auth-token' ? 'any' : undefined),
        body: async () => bytes,
      });
      expect(logger.records.filter(({ level }) => level === 'error')).toEqual([]);
      if (response.status === 500) expect(JSON.parse(String(response.body)).error).toMatch(captured);
      // Tags and samples before the first fault are kept, and a job that is refused its tags.
      const keepsAPart = /tag_job|start_job|\/write/.test(route.path) || response.status < 300;
      if (!keepsAPart) expect(await stateOf(backend)).toEqual(before);
    },
  );
  await fc.assert(run, { numRuns: fuzzInputs(400) });
});

async function filled() {
  const clock = createFakeClock(1_700_000_100_000);
  const logger = createRecordingLogger();
  const backend = createInMemoryBackend({ clusters: [demo], clock });
  await backend.users.create({
    ...{ username: 'alice', name: '', email: '', roles: ['user'], projects: [], authType: 0, authSource: 0 },
  });
  const served = createCcServer({
    ...{ backend, decodeMetrics, clock, logger, machineState: {} },
    verifyToken: async () => ({ ok: true, principal: { subject: 'mock', roles: new Set(['admin', 'api']) } }),
  });
  const start = new TextEncoder().encode(JSON.stringify(j(1, { tags: [{ type: 't', name: 'n' }] })));
  await served({
    ...{ method: 'POST', path: '/api/jobs/start_job/', query: '', remoteAddress: '::1', isTls: false },
    header: () => 'any',
    body: async () => start,
  });
  return { served, backend, logger };
}

async function stateOf(backend: InMemoryBackend) {
  return {
    jobs: await backend.listJobs({}, { page: 1, itemsPerPage: 99 }, { jobs: 'all' }, { metaData: true }),
    users: await backend.users.list(),
    samples: backend.samples.length,
    nodes: backend.nodeStates.length,
  };
}
