import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createGitRemote, type GitRemote, hasGit } from '../../../tools/testenv/git-remote.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import {
  containerRelease,
  gitEnvironment,
  imageRelease,
  ManifestRepository,
  type ManifestRepositoryOptions,
  policyChange,
} from '../src/index.js';
import { cherry, pear } from './pear.js';

const message = () => 'roll the pears';

/** Any pear becomes this one. */
const pears = (to: string) => (current: string) => (current.startsWith('quay.io/acme/pear:') ? to : undefined);

describe.skipIf(!hasGit)('a repository of manifests', () => {
  let folder: string;
  let remote: GitRemote;
  beforeEach(() => {
    folder = temporaryFolder();
    remote = createGitRemote(folder);
  });

  const open = (options: Partial<ManifestRepositoryOptions> = {}): ManifestRepository => {
    const url = options.url ?? remote.url;
    return new ManifestRepository({
      dir: join(folder, 'mirror.git'),
      env: gitEnvironment(url, {}, process.env),
      branch: 'main',
      paths: [],
      author: { name: 'Moorline', email: 'moorline@node1' },
      ...options,
      url,
    });
  };

  it('knows workloads with their containers, labels and policies', async () => {
    const head = remote.push({ 'k8s/pear.yaml': pear, 'k8s/more/cherry.yml': cherry, 'README.md': 'kind: Deployment' });
    const repository = open();
    expect(() => repository.manifests).toThrow(expect.objectContaining({ code: 'not_ready' }));
    expect(repository.status.state).toBe('new');
    const manifests = await repository.refresh();
    expect(manifests.revision).toBe(head);
    expect(repository.status).toMatchObject({ state: 'ready', problems: [], revision: head });
    expect(manifests.workloads()).toMatchObject([
      { id: 'default:cronjob/cherry', containers: [{ name: 'pick', image: 'quay.io/acme/pear:1.0' }], policies: {} },
      {
        id: 'orchard:deployment/pear',
        labels: { team: 'fruit' },
        policies: { automated: 'true', 'tag.api': 'semver:~1' },
        containers: [
          { name: 'api', image: 'quay.io/acme/pear:1.0' },
          { name: 'side', image: 'quay.io/acme/side:1' },
          { name: 'prepare', image: 'busybox:1' },
        ],
      },
    ]);
    expect(manifests.workloads('orchard').map(({ id }) => id)).toEqual(['orchard:deployment/pear']);
    expect(manifests.find('<cluster>:namespace/orchard')).toBeDefined();
    expect(manifests.asStream().match(/^---$/gm)).toHaveLength(3);
  });

  it('follows only the paths that it is given', async () => {
    remote.push({ 'a/pear.yaml': pear, 'b/cherry.yaml': cherry, 'ab/x.yaml': cherry });
    const manifests = await open({ paths: ['b'] }).refresh();
    expect(manifests.files.map(({ path }) => path)).toEqual(['b/cherry.yaml']);
  });

  it('releases an image by one commit of a few characters', async () => {
    const before = remote.push({ 'pear.yaml': pear, 'cherry.yaml': cherry });
    const repository = open();
    const release = imageRelease({
      workloads: 'all',
      excludes: [],
      force: false,
      target: pears('quay.io/acme/pear:2.0'),
    });
    const { revision, results } = await repository.change(release, { message });
    expect(Object.fromEntries(results)).toMatchObject({
      'orchard:deployment/pear': {
        status: 'success',
        containers: [{ container: 'api', current: 'quay.io/acme/pear:1.0', target: 'quay.io/acme/pear:2.0' }],
      },
      'default:cronjob/cherry': { status: 'success' },
    });
    expect(remote.git('rev-parse', 'main')).toBe(revision);
    expect(remote.git('rev-parse', 'main^')).toBe(before);
    expect(remote.read('pear.yaml')).toBe(pear.replace('pear:1.0', 'pear:2.0'));
    expect(remote.read('cherry.yaml')).toBe(cherry.replace('pear:1.0', 'pear:2.0'));
    expect(remote.git('log', '-1', '--format=%an <%ae> %s')).toBe('Moorline <moorline@node1> roll the pears');
    expect(repository.manifests.revision).toBe(revision);
    expect(await repository.change(release, { message })).toMatchObject({ revision: undefined });
  });

  it('says what a release would do without doing it', async () => {
    const head = remote.push({ 'pear.yaml': pear });
    const release = imageRelease({
      workloads: 'all',
      excludes: [],
      force: false,
      target: pears('quay.io/acme/pear:2.0'),
    });
    const { revision, results } = await open().change(release, { message, isPlanOnly: true });
    expect(revision).toBeUndefined();
    expect(results.get('orchard:deployment/pear')?.status).toBe('success');
    expect(remote.git('rev-parse', 'main')).toBe(head);
  });

  it('leaves alone what is excluded, locked, unknown or runs something else, and says so', async () => {
    remote.push({ 'pear.yaml': pear.replace('automated', 'locked'), 'cherry.yaml': cherry });
    const repository = open();
    const wanted = { workloads: ['orchard:deployment/pear', 'default:cronjob/cherry', 'a:deployment/b'], force: false };
    const target = pears('quay.io/acme/pear:2.0');
    const { revision, results } = await repository.change(
      imageRelease({ ...wanted, excludes: ['default:cronjob/cherry'], target }),
      { message },
    );
    expect(revision).toBeUndefined();
    expect(Object.fromEntries(results)).toMatchObject({
      'orchard:deployment/pear': { status: 'skipped', error: 'locked' },
      'default:cronjob/cherry': { status: 'ignored', error: 'excluded' },
      'a:deployment/b': { status: 'skipped', error: 'not in the repository' },
    });
    const forced = await repository.change(imageRelease({ ...wanted, excludes: [], force: true, target }), { message });
    expect(forced.results.get('orchard:deployment/pear')?.status).toBe('success');
  });

  it('changes policies where they are written, and takes them away', async () => {
    remote.push({ 'pear.yaml': pear, 'cherry.yaml': cherry });
    const repository = open();
    const change = policyChange(
      new Map([
        ['orchard:deployment/pear', { add: { locked: 'true', tag_all: 'semver:~2' }, remove: ['automated'] }],
        ['default:cronjob/cherry', { add: { automated: 'true' }, remove: ['locked'] }],
      ]),
    );
    await repository.change(change, { message });
    expect(repository.manifests.find('orchard:deployment/pear')?.policies).toEqual({
      locked: 'true',
      'tag.api': 'semver:~2',
      'tag.side': 'semver:~2',
      'tag.prepare': 'semver:~2',
    });
    expect(remote.read('pear.yaml')).toContain('filter.fluxcd.io/api: "semver:~2"');
    expect(remote.read('pear.yaml')).not.toContain('automated');
    expect(repository.manifests.find('default:cronjob/cherry')?.policies).toEqual({ automated: 'true' });
    expect(await repository.change(change, { message })).toMatchObject({ revision: undefined });
    const back = policyChange(new Map([['default:cronjob/cherry', { add: {}, remove: ['automated'] }]]));
    await repository.change(back, { message });
    expect(remote.read('cherry.yaml')).toBe(cherry);
    expect(() => policyChange(new Map([['a:b/c', { add: { 'a b': '1' }, remove: [] }]]))).toThrow(/name of a policy/);
  });

  it('changes nothing where a container does not have the image that it must have', async () => {
    const head = remote.push({ 'pear.yaml': pear });
    const repository = open();
    const release = (current: string, skipMismatches: boolean) =>
      containerRelease({
        updates: new Map([
          [
            'orchard:deployment/pear',
            [
              { container: 'api', current, target: 'quay.io/acme/pear:2.0' },
              { container: 'side', current: undefined, target: 'quay.io/acme/side:2' },
            ],
          ],
        ]),
        ...{ skipMismatches, force: false, isSameImage: (a: string, b: string) => a === b },
      });
    await expect(repository.change(release('quay.io/acme/pear:0.9', false), { message })).rejects.toMatchObject({
      code: 'bad_change',
      message: 'orchard:deployment/pear container api has quay.io/acme/pear:1.0, and not quay.io/acme/pear:0.9',
    });
    expect(remote.git('rev-parse', 'main')).toBe(head);
    await repository.change(release('quay.io/acme/pear:0.9', true), { message });
    expect(remote.read('pear.yaml')).toBe(pear.replace('side:1', 'side:2'));
  });

  it('makes its change on top of what somebody else has pushed', async () => {
    remote.push({ 'pear.yaml': pear });
    const repository = open();
    await repository.refresh();
    let pushes = 0;
    const release = imageRelease({
      workloads: 'all',
      excludes: [],
      force: false,
      target: pears('quay.io/acme/pear:2.0'),
    });
    const { revision } = await repository.change(
      (manifests) => {
        // Behind the back of a change that has been planned already.
        if (pushes++ === 0) remote.push({ 'other.yaml': cherry });
        return release(manifests);
      },
      { message },
    );
    expect(pushes).toBe(2);
    expect(remote.git('rev-parse', 'main')).toBe(revision);
    expect(remote.read('other.yaml')).toBe(cherry.replace('pear:1.0', 'pear:2.0'));
  });

  it('tells what is not applied: what a tag of another program says, or what it could not understand itself', async () => {
    const first = remote.push({ 'pear.yaml': pear });
    const repository = open();
    await expect(repository.pending('HEAD')).rejects.toMatchObject({ code: 'not_ready' });
    await repository.refresh();
    expect(await repository.pending('HEAD')).toEqual([]);
    const second = remote.push({ 'broken.yaml': 'a: [' });
    await repository.refresh();
    expect(repository.status.problems).toEqual([expect.stringMatching(/^broken.yaml: /)]);
    expect(repository.manifests.workloads()).toHaveLength(1);
    expect(await repository.pending('HEAD')).toEqual([second]);
    const third = remote.push({ 'broken.yaml': '' });
    expect(await repository.pending('main')).toEqual([second]);
    await repository.refresh();
    expect(await repository.pending(third.slice(0, 10))).toEqual([]);
    for (const ref of ['nothing', '', '--all', 'a\nb', ':/a']) {
      await expect(repository.pending(ref)).rejects.toMatchObject({ code: 'unknown_ref' });
    }
    const tagged = open({ dir: join(folder, 'other.git'), syncTag: 'flux-sync' });
    await tagged.refresh();
    expect(await tagged.pending('HEAD')).toEqual([third, second, first]);
    remote.git('tag', 'flux-sync', second);
    await tagged.refresh();
    expect(await tagged.pending('HEAD')).toEqual([third]);
    remote.git('tag', '-d', 'flux-sync');
    await tagged.refresh();
    expect(await tagged.pending('HEAD')).toHaveLength(3);
  });

  it('goes on with what it knows while the remote repository is away, also after a start', async () => {
    remote.push({ 'pear.yaml': pear });
    const repository = open();
    await repository.refresh();
    remote.git('config', 'core.repositoryFormatVersion', '99');
    await expect(repository.refresh()).rejects.toMatchObject({ code: 'unreachable', isRetryable: true });
    expect(repository.status).toMatchObject({ state: 'unreachable', problems: [expect.stringContaining(remote.url)] });
    expect(repository.manifests.workloads()).toHaveLength(1);
    const later = open();
    await expect(later.refresh()).rejects.toMatchObject({ code: 'unreachable' });
    expect(later.manifests.workloads()).toHaveLength(1);
    await expect(open({ url: `${remote.url}-not`, dir: join(folder, 'not.git') }).refresh()).rejects.toMatchObject({
      code: 'unreachable',
      hint: 'check the URL',
    });
  });

  it('says which branch is missing', async () => {
    remote.push({ 'pear.yaml': pear });
    await expect(open({ branch: 'other' }).refresh()).rejects.toMatchObject({ code: 'no_such_branch' });
  });

  it('makes a damaged copy anew, and one of another repository', async () => {
    const head = remote.push({ 'pear.yaml': pear });
    await open().refresh();
    writeFileSync(join(folder, 'mirror.git/refs/heads/main.lock'), '');
    writeFileSync(join(folder, 'mirror.git/config'), 'not a configuration');
    expect((await open().refresh()).revision).toBe(head);
    const other = createGitRemote(join(folder, 'second'));
    other.push({ 'cherry.yaml': cherry });
    const moved = open({ url: other.url });
    expect((await moved.refresh()).workloads().map(({ id }) => id)).toEqual(['default:cronjob/cherry']);
  });

  it('says that a commit was refused, keeps nothing of it, and can be read on', async () => {
    const head = remote.push({ 'pear.yaml': pear });
    const hook = join(remote.dir, 'hooks/pre-receive');
    mkdirSync(join(remote.dir, 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho "this branch is closed" >&2\nexit 1\n', { mode: 0o755 });
    const repository = open();
    const release = imageRelease({
      workloads: 'all',
      excludes: [],
      force: false,
      target: pears('quay.io/acme/pear:2.0'),
    });
    await expect(repository.change(release, { message })).rejects.toMatchObject({
      code: 'push_refused',
      isRetryable: false,
    });
    expect(repository.manifests.revision).toBe(head);
    expect(remote.git('rev-parse', 'main')).toBe(head);
  });

  describe('whose content nobody vouches for', () => {
    it('follows no link, runs no hook or filter, and writes no file of the repository to the disk', async () => {
      const secret = join(folder, 'secret.yaml');
      const mark = join(folder, 'was-run');
      writeFileSync(secret, pear);
      remote.push({
        'link.yaml': { link: secret },
        folder: { link: folder },
        'cherry.yaml': cherry,
        '.gitattributes': '*.yaml filter=evil',
        '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c 'touch ${mark}'\n`,
      });
      const repository = open();
      const manifests = await repository.refresh();
      expect(manifests.files.map(({ path }) => path)).toEqual(['cherry.yaml']);
      const release = imageRelease({
        workloads: 'all',
        excludes: [],
        force: false,
        target: pears('quay.io/acme/pear:2.0'),
      });
      await repository.change(release, { message });
      expect(existsSync(join(folder, 'mirror.git/cherry.yaml'))).toBe(false);
      expect(existsSync(mark)).toBe(false);
    });

    it('does not grow with what a few lines mean, nor take long over many keys, nor go down with depth', async () => {
      const bomb = [
        'a: &a [x,x,x,x,x,x,x,x,x]',
        ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i] ?? ''},`.repeat(9)}]`),
      ];
      remote.push({
        'bomb.yaml': `${bomb.join('\n')}\n`,
        'deep.yaml': `a: ${'['.repeat(1_000_000)}`,
        'dashes.yaml': `${'- '.repeat(500_000)}x\n`,
        'texts.yaml': `a: |\n${'  [[[[ {{{{\n'.repeat(200)}`,
        'keys.yaml': `${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')}\n`,
        'twice.yaml': 'a: 1\na: 2\n',
        'large.yaml': `a: ${'x'.repeat(1024 ** 2)}\n`,
        'proto.yaml': pear.replace('team: fruit', '"__proto__": a, constructor: b'),
      });
      const manifests = await open().refresh();
      const wrong = manifests.problems.map((problem) => problem.slice(0, problem.indexOf(':')));
      expect(wrong.sort()).toEqual(['bomb.yaml', 'dashes.yaml', 'deep.yaml', 'large.yaml', 'twice.yaml']);
      const labels = manifests.find('orchard:deployment/pear')?.labels ?? {};
      expect(Object.entries(labels)).toEqual([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]);
    });

    it('reads no more than it may', async () => {
      remote.push({ 'pear.yaml': pear, 'cherry.yaml': cherry });
      await expect(open({ limits: { files: 1 } }).refresh()).rejects.toMatchObject({ code: 'too_large' });
      await expect(open({ limits: { totalBytes: 100 } }).refresh()).rejects.toMatchObject({ code: 'too_large' });
    });
  });
});
