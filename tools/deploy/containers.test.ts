import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isObject, readJson } from '../repo/json.js';
import { root } from '../repo/root.js';

/** What can be told of the images without a daemon that builds them. */
describe.each(['server', 'agent'])('the image of the %s', (app) => {
  const text = readFileSync(join(root, 'deploy/containers', `${app}.Dockerfile`), 'utf8');
  const instructions = instructionsOf(text);
  const all = (word: string) => instructions.filter((one) => one.word === word).map(({ rest }) => rest);
  const last = (word: string) => all(word).at(-1);
  const lastStage = instructions.slice(instructions.map(({ word }) => word).lastIndexOf('FROM'));

  it('is built from images with a version, the last of them without a shell', () => {
    const images = all('FROM').map((rest) => rest.split(' ')[0] ?? '');
    expect(images.slice(0, -1).every((image) => /^node:\d+\.\d+\.\d+-[a-z]+-slim$/.test(image))).toBe(true);
    expect(images.at(-1)).toMatch(/^gcr\.io\/distroless\/nodejs\d+-debian\d+:nonroot$/);
    expect(new Set(images.map((image) => /(?:node:|nodejs)(\d+)/.exec(image)?.[1])).size).toBe(1);
  });

  it('runs as an ordinary user, and writes to a volume of its own alone', () => {
    expect(last('USER')).toBe('nonroot');
    expect(last('VOLUME')).toBe('/data');
    expect(lastStage.map(({ word }) => word)).not.toContain('RUN');
    const owned = lastStage.filter(({ rest }) => rest.includes('--chown'));
    expect(owned.map(({ rest }) => rest)).toEqual(['--from=modules --chown=nonroot:nonroot /data /data']);
  });

  it('starts the built program, and asks it how it is', () => {
    const main = `apps/${app}/dist/main.js`;
    const bin = Object.values(readJson(join(root, `apps/${app}/package.json`))['bin'] ?? {});
    expect(bin).toContain('./dist/main.js');
    expect(JSON.parse(last('ENTRYPOINT') ?? '')).toEqual(['/nodejs/bin/node', `/app/${main}`]);
    const commands = readFileSync(join(root, `apps/${app}/README.md`), 'utf8');
    const [first] = JSON.parse(last('CMD') ?? '') as string[];
    expect(commands).toContain(`moorline-${app} ${first}`);
    const [, asked = ''] = /CMD (\[.*\])$/.exec(last('HEALTHCHECK') ?? '') ?? [];
    expect(JSON.parse(asked)).toEqual(['/nodejs/bin/node', `/app/${main}`, 'status']);
  });

  it('copies what is there, and installs what the lock file says, without scripts in what is kept', () => {
    const copied = all('COPY')
      .filter((rest) => rest.startsWith('--from=build'))
      .map((rest) => rest.split(' ').slice(1, -1).join(' ').replaceAll('/src/', ''));
    const missing = copied.flatMap((paths) => paths.split(' ')).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
    const installs = all('RUN').flatMap((rest) => rest.match(/npm \w+[^&]*/g) ?? []);
    expect(installs).toHaveLength(2);
    expect(installs.every((line) => line.startsWith('npm ci '))).toBe(true);
    expect(installs.at(-1)).toContain(`--omit=dev --ignore-scripts --workspace apps/${app}`);
  });

  it('is told no secret and takes none of this checkout', () => {
    expect(text).not.toMatch(/\b(?:ARG|ENV) .*(?:TOKEN|PASSWORD|SECRET|_KEY)/i);
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    for (const path of ['.git', '**/node_modules', '.moorline', 'deploy/postgres-password', 'deploy/database-url']) {
      expect(ignored).toContain(path);
    }
  });
});

describe('deploy/compose.yaml', () => {
  const compose: unknown = parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8'));
  const services = isObject(compose) && isObject(compose['services']) ? compose['services'] : {};

  it('names a version of every image, and builds the server from its file', () => {
    const images = Object.values(services).map((service) => (isObject(service) ? service['image'] : undefined));
    expect(images.filter((image) => image !== undefined)).toHaveLength(2);
    for (const image of images) if (image !== undefined) expect(image).toMatch(/^[a-z]+:\d+[\w.-]*$/);
    expect(services['server']).toMatchObject({ build: { dockerfile: 'deploy/containers/server.Dockerfile' } });
  });

  it('gives the server a read-only root, no capability, its secrets as files, and the loopback address alone', () => {
    expect(services['server']).toMatchObject({
      ...{ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
      ...{ secrets: ['database-url'], ports: ['127.0.0.1:8080:8080'] },
    });
    expect(JSON.stringify(services)).not.toMatch(/"[A-Z_]*(?:PASSWORD|DATABASE_URL)":/);
  });
});

interface Instruction {
  /** `FROM` */
  word: string;
  /** What follows it, continued lines joined. */
  rest: string;
}

function instructionsOf(dockerfile: string): Instruction[] {
  const lines = dockerfile
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  return lines.filter(Boolean).map((line) => {
    const [, word = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return { word, rest };
  });
}
