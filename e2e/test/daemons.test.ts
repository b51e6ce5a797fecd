import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGitRemote, hasGit } from '../../tools/testenv/git-remote.js';
import { temporaryFolder } from '../../tools/testenv/temporary-folder.js';
import { runAppWell } from './harness/apps.js';
import { enrolAgent, startAgent, startPlane } from './harness/plane.js';

const pear = `# The pears' API.
apiVersion: apps/v1
kind: Deployment
metadata: { name: pear, namespace: orchard }
spec:
  template:
    spec:
      containers:
        - name: api
          image: quay.io/acme/pear:1.0 # see the wiki
`;

describe.skipIf(!hasGit)('calls of a daemon, with the built apps', { timeout: 120_000 }, () => {
  it('lists what is in a repository, and changes it by a commit', async () => {
    const folder = temporaryFolder();
    const remote = createGitRemote(join(folder, 'elsewhere'));
    remote.push({ 'k8s/pear.yaml': pear });
    const plane = await startPlane(folder);
    const agentDir = join(folder, 'agent');
    await enrolAgent(plane, agentDir);
    startAgent(plane, agentDir, '--git-url', remote.url, '--git-path', 'k8s');
    const daemons = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await runAppWell('server', ['daemons', ...args, '--data-dir', plane.serverDir])).stdout);
    await expect.poll(() => daemons('list', '--json'), { timeout: 30_000 }).toMatchObject([{ protocol: 11 }]);
    const [{ machine, host }] = (await daemons('list', '--json')) as [{ machine: string; host: string }];
    const call = (method: string, argument?: unknown) =>
      daemons('call', machine, method, ...(argument === undefined ? [] : [JSON.stringify(argument)]));

    await expect.poll(() => call('GitRepoConfig'), { timeout: 30_000 }).toMatchObject({ status: 'ready' });
    expect(await daemons('call', host, 'ListServices')).toMatchObject([
      { ID: 'orchard:deployment/pear', Containers: [{ Name: 'api', Current: { ID: 'quay.io/acme/pear:1.0' } }] },
    ]);
    const release = {
      ServiceSpecs: ['<all>'],
      ImageSpec: 'quay.io/acme/pear:2.0',
      Kind: 'execute',
      Excludes: null,
      Force: false,
    };
    const job = await call('UpdateManifests', {
      type: 'image',
      cause: { Message: 'roll the pears', User: 'kim' },
      spec: release,
    });
    await expect
      .poll(() => call('JobStatus', job), { timeout: 30_000 })
      .toMatchObject({
        StatusString: 'succeeded',
        Result: { result: { 'orchard:deployment/pear': { Status: 'success' } } },
      });
    expect(remote.read('k8s/pear.yaml')).toBe(pear.replace('pear:1.0', 'pear:2.0'));
    expect(remote.git('log', '-1', '--format=%s')).toBe('roll the pears');
    expect(await call('SyncStatus')).toEqual([]);
  });
});
