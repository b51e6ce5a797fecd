import { describe, expect, it } from 'vitest';
import { isApplicationError, isRpcError, newClient, rpcVersions, type RPCClient } from '../src/index.js';
import { fluxError, newServer } from '../src/server.js';
import type { DaemonHandler, ServerOptions } from '../src/server.js';
import { createMemoryPair } from '../src/testing.js';

/** A client of v11 and a server with the handler, over a pair in memory. */
function connected(handler: DaemonHandler, options?: ServerOptions): { client: RPCClient; served: Promise<void> } {
  const [service, daemon] = createMemoryPair();
  return { client: newClient(11, service), served: newServer(handler, options).serveConn(daemon) };
}

describe('both halves', () => {
  it('carry each method there and its answer back', async () => {
    const { client, served } = connected({
      version: () => '1.25.4',
      export: () => new TextEncoder().encode('a: "<b>"\n'),
      listServices: (namespace) => [{ ID: `${namespace}:Deployment/pear`, Status: '3 out of 5 updated' }],
      listImages: (spec) => [{ ID: spec, Containers: [{ Name: 'api', Current: { ID: 'r/p:1' } }] }],
      updateManifests: (update) => Promise.resolve(`job of ${update.cause.User}`),
      notifyChange: () => undefined,
      jobStatus: () => ({ StatusString: 'queued' }),
      syncStatus: (ref) => [ref],
      gitRepoConfig: (regenerate) => ({ status: regenerate ? 'new' : 'ready' }),
    });
    await client.ping();
    expect(await client.version()).toBe('1.25.4');
    expect(new TextDecoder().decode(await client.export())).toBe('a: "<b>"\n');
    expect(await client.listServices('orchard')).toMatchObject([
      { ID: 'orchard:deployment/pear', Status: 'updating', Rollout: { Desired: 5, Updated: 3, Messages: null } },
    ]);
    expect(await client.listImages('<all>').catch((error: unknown) => error)).toMatchObject({
      code: 'remote',
      message: 'cannot encode the answer of ListImages: parsing <all>: invalid service ID',
    });
    expect(await client.listImages('a:deployment/b')).toEqual([
      {
        ID: 'a:deployment/b',
        Containers: [{ Name: 'api', Current: { ID: 'r/p:1', Labels: {} }, LatestFiltered: { ID: '', Labels: {} } }],
      },
    ]);
    const update = { type: 'sync', cause: { Message: 'm', User: 'kim' }, spec: {} } as const;
    expect(await client.updateManifests(update)).toBe('job of kim');
    await client.notifyChange({ Kind: 'git', Source: { URL: 'u', Branch: 'main' } });
    expect(await client.jobStatus('j')).toEqual({ Result: {}, Err: '', StatusString: 'queued' });
    expect(await client.syncStatus('HEAD')).toEqual(['HEAD']);
    expect(await client.gitRepoConfig(true)).toMatchObject({ status: 'new', remote: { url: '' } });
    expect(await client.listServicesWithOptions({ Services: [':deployment/pear'] }).catch(String)).toContain('invalid');
    client.close();
    await served;
  });

  it('carry an error with its type and help', async () => {
    const thrown = fluxError({ type: 'missing', message: 'no job "7"', help: 'Ask\nagain.' });
    const { client } = connected({
      jobStatus: () => {
        throw new Error('wrapped', { cause: thrown });
      },
    });
    const error = await client.jobStatus('7').catch((reason: unknown) => reason);
    expect(isApplicationError(error) && error.application).toEqual({
      type: 'missing',
      help: 'Ask\nagain.',
      error: 'no job "7"',
    });
    client.close();
  });

  it.each(rpcVersions)('speak version %i', async (version) => {
    const [service, daemon] = createMemoryPair();
    const client = newClient(version, service);
    const served = newServer({ version: () => 'v' }).serveConn(daemon);
    expect(await client.version()).toBe('v');
    expect(await client.syncNotify().catch((error: unknown) => isRpcError(error) && error.message)).toBe(
      "rpc: can't find method RPCServer.SyncNotify",
    );
    client.close();
    await served;
  });
});
