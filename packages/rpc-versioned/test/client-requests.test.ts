import { describe, expect, it } from 'vitest';
import {
  isApplicationError,
  kindsOfFlux1_25,
  newClient,
  type RPCClient,
  type RpcVersion,
  rpcVersions,
} from '../src/index.js';
import { createMemoryPair } from '../src/testing.js';
import { captureFolder, goStrings, readCapture, sections } from './support/captures.js';
import { script } from './support/scripted-peer.js';

const noCause = { Message: '', User: '' };
const web = 'shop:deployment/web';

/** The calls of the capture by the words that it has for them. */
const calls: Record<string, (client: RPCClient) => Promise<unknown>> = {
  Ping: (client) => client.ping(),
  Version: (client) => client.version(),
  Export: (client) => client.export(),
  ListServices: (client) => client.listServices('shop'),
  'ListServicesWithOptions ns': (client) => client.listServicesWithOptions({ Namespace: 'shop' }),
  'ListServicesWithOptions dep': (client) => client.listServicesWithOptions({ Services: [web] }),
  'ListServicesWithOptions svc': (client) => client.listServicesWithOptions({ Services: ['shop/web'] }),
  'ListServicesWithOptions both': (client) => client.listServicesWithOptions({ Namespace: 'shop', Services: [web] }),
  'ListImages all': (client) => client.listImages('<all>'),
  'ListImages dep': (client) => client.listImages(web),
  'ListImages svc': (client) => client.listImages('shop/web'),
  'ListImages bad': (client) => client.listImages('nonsense'),
  'ListImagesWithOptions all': (client) =>
    client.listImagesWithOptions({ Spec: '<all>', OverrideContainerFields: ['Name'], Namespace: 'shop' }),
  'ListImagesWithOptions zero': (client) => client.listImagesWithOptions({ Spec: '' }),
  'ListImagesWithOptions dep': (client) => client.listImagesWithOptions({ Spec: web }),
  'UpdateManifests images all': (client) =>
    client.updateManifests({
      type: 'image',
      cause: { Message: 'm&m', User: 'u' },
      spec: { ServiceSpecs: ['<all>'], ImageSpec: '<all latest>', Kind: 'execute', Excludes: null, Force: false },
    }),
  'UpdateManifests images dep+excl': (client) =>
    client.updateManifests({
      type: 'image',
      cause: noCause,
      spec: { ServiceSpecs: [web], ImageSpec: 'quay.io/acme/web:1.3', Kind: 'plan', Excludes: [web], Force: true },
    }),
  'UpdateManifests policy': (client) =>
    client.updateManifests({
      type: 'policy',
      cause: noCause,
      spec: { [web]: { add: { automated: 'true' }, remove: null } },
    }),
  'UpdateManifests policy unsupported kind': (client) =>
    client.updateManifests({ type: 'policy', cause: noCause, spec: { 'shop:pod/web': { add: null, remove: null } } }),
  'UpdateManifests auto': (client) =>
    client.updateManifests({
      type: 'auto',
      cause: noCause,
      spec: {
        Changes: [
          {
            WorkloadID: web,
            Container: { Name: 'c', Image: 'quay.io/acme/web:1.2' },
            ImageID: 'quay.io/acme/web:1.3',
          },
        ],
      },
    }),
  'UpdateManifests sync': (client) => client.updateManifests({ type: 'sync', cause: noCause, spec: {} }),
  'UpdateManifests containers': (client) =>
    client.updateManifests({
      type: 'containers',
      cause: noCause,
      spec: {
        Kind: 'execute',
        ContainerSpecs: {
          [web]: [{ Container: 'c', Current: 'quay.io/acme/web:1.2', Target: 'quay.io/acme/web:1.3' }],
        },
        SkipMismatches: true,
        Force: false,
      },
    }),
  SyncNotify: (client) => client.syncNotify(),
  'NotifyChange git': (client) => client.notifyChange({ Kind: 'git', Source: { URL: 'git@h:a/b', Branch: 'main' } }),
  'NotifyChange image': (client) =>
    client.notifyChange({ Kind: 'image', Source: { Name: { Domain: 'quay.io', Image: 'acme/web' } } }),
  JobStatus: (client) => client.jobStatus('job-1'),
  SyncStatus: (client) => client.syncStatus('HEAD'),
  GitRepoConfig: (client) => client.gitRepoConfig(true),
};

const bare: Record<string, string> = {
  Ping: '{}',
  Version: '"v-x"',
  Export: '"aGk="',
  UpdateManifests: '"j1"',
  SyncNotify: '{}',
  JobStatus: '{"Result":{},"Err":"","StatusString":""}',
  GitRepoConfig:
    '{"remote":{"url":"","branch":"","path":""},"publicSSHKey":{"key":"","fingerprints":null},"status":"","errors":""}',
};

/** What the capture's peer answered. */
function answer(version: RpcVersion, request: string): string {
  const { method, id } = JSON.parse(request) as { method: string; id: number };
  const name = method.slice('RPCServer.'.length);
  const isBare = version === 6 || name === 'Ping' || name === 'Version';
  return `{"id":${id},"result":${isBare ? (bare[name] ?? '[]') : '{"Result":null,"ApplicationError":null}'},"error":null}\n`;
}

const captured = sections(readCapture('client-requests.txt'), /^=== V(\d+)$/).map(({ title, lines }) => ({
  version: rpcVersions.find((version) => String(version) === title),
  calls: sections(lines, /^ {2}(\S.*)$/).map((call) => ({
    label: call.title,
    requests: call.lines.filter((line) => line.includes('wire>')).flatMap(goStrings),
    outcome: call.lines.find((line) => line.includes('=>')) ?? '',
  })),
}));

describe.skipIf(captureFolder === undefined)('conformance 29, 55, 57, 59, 60, 61, 64: captured requests', () => {
  it('has every call of every version', () => {
    expect(captured.map(({ version }) => version)).toEqual([...rpcVersions]);
    for (const version of captured) expect(version.calls.map(({ label }) => label)).toEqual(Object.keys(calls));
  });

  describe.each(captured)('of the v$version client', ({ version = 6, calls: wanted }) => {
    it.each(wanted)('$label', async ({ label, requests, outcome }) => {
      const [service, daemon] = createMemoryPair();
      const peer = script(daemon, (request) => answer(version, request));
      const client = newClient(version, service, { supportedKinds: kindsOfFlux1_25 });
      const failure = await calls[label]?.(client).then(
        () => undefined,
        (error: unknown) => error,
      );
      client.close();
      expect(peer.requests).toEqual(requests);
      const message = failure instanceof Error ? failure.message : undefined;
      // A Go client's Export reports an error that is none.
      if (outcome.endsWith('err=nil') || outcome.includes('TYPED-NIL')) expect(message).toBeUndefined();
      else if (outcome.includes('fluxerr')) {
        const [, type, text] = /fluxerr\{type=(\w+) err=(.*?) help=/.exec(outcome) ?? [];
        expect([isApplicationError(failure) && failure.application.type, message]).toEqual([type, text]);
        // The help of the two gates: which of the two it is.
        const isUpgrade = outcome.includes('needs to be upgraded');
        expect(failure).toHaveProperty('code', isUpgrade ? 'upgrade_needed' : 'unsupported_resource_kind');
      } else expect(message).toBe(goStrings(outcome)[0] ?? 'no error in the capture');
    });
  });
});
