import { AgentFile, type NewAgent } from '@moorline/apicaller';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { soak } from '../../../tools/testenv/scale.js';
import { controllerTag, modelTag } from './support/logged-in.js';

let dataDir = '';
beforeEach(async () => {
  dataDir = temporaryFolder();
});

const caCert = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const fresh: NewAgent = {
  ...{ tag: 'machine-0-lxd-1', password: 'provision-pw', nonce: 'machine-0:nonce', caCert, modelTag, controllerTag },
  ...{ apiAddresses: ['10.0.0.7:17070', '[fd00::7]:17070'], values: { role: 'compute' } },
};
const path = (): string => join(dataDir, 'agents', fresh.tag, 'agent.conf');

describe('a new agent', () => {
  it('has no current password, and falls back on the one it was given', async () => {
    const agent = await AgentFile.create(dataDir, fresh);
    expect(agent.path).toBe(path());
    const config = agent.currentConfig();
    expect(config).toMatchObject({
      ...{ tag: fresh.tag, modelTag, controllerTag, nonce: fresh.nonce, caCert, values: { role: 'compute' } },
      apiAddresses: fresh.apiAddresses,
    });
    expect(config.oldPassword).toBe('provision-pw');
    expect(config.apiInfo()).toEqual({
      ...{ addrs: fresh.apiAddresses, tag: fresh.tag, password: '', nonce: fresh.nonce, caCert, modelTag },
    });
  });

  it('is written as the original writes it, for its owner alone', async () => {
    await AgentFile.create(dataDir, fresh);
    const text = await readFile(path(), 'utf8');
    expect(text).toMatch(/^# format 2\.0\ntag: machine-0-lxd-1\n/);
    expect(text).toContain('cacert: |\n  -----BEGIN CERTIFICATE-----\n  MIIB\n');
    expect(text).toContain('jobs:\n  - JobHostUnits\n');
    expect(text).not.toContain('apipassword');
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path()))).mode & 0o777).toBe(0o755);
    expect(await readdir(dirname(path()))).toEqual(['agent.conf']);
  });

  it('is opened as it was created', async () => {
    const created = (await AgentFile.create(dataDir, fresh)).currentConfig();
    const opened = (await AgentFile.open(dataDir, fresh.tag)).currentConfig();
    expect(opened.apiInfo()).toEqual(created.apiInfo());
    expect(opened.oldPassword).toBe(created.oldPassword);
  });

  it('does not take the place of another, unless told to', async () => {
    await AgentFile.create(dataDir, fresh);
    const next = { ...fresh, password: 'another' };
    await expect(AgentFile.create(dataDir, next)).rejects.toMatchObject({ code: 'config_exists' });
    expect((await AgentFile.open(dataDir, fresh.tag)).currentConfig().oldPassword).toBe('provision-pw');
    await AgentFile.create(dataDir, next, { overwrite: true });
    expect((await AgentFile.open(dataDir, fresh.tag)).currentConfig().oldPassword).toBe('another');
  });

  it.each(['', 'x', '../../etc', 'machine-../x', 'machine-0/..'])('cannot be called %j', async (tag) => {
    await expect(AgentFile.create(dataDir, { ...fresh, tag })).rejects.toMatchObject({ code: 'invalid_tag' });
    await expect(AgentFile.open(dataDir, tag)).rejects.toMatchObject({ code: 'invalid_tag' });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('needs no address to be kept, but has nothing to connect with then', async () => {
    const agent = await AgentFile.create(dataDir, { ...fresh, apiAddresses: [] });
    expect(agent.currentConfig().apiInfo()).toBeUndefined();
  });
});

describe('a change', () => {
  it('is on disk when it resolves, with everything else as it was', async () => {
    await AgentFile.create(dataDir, fresh);
    const others = 'upgradedToVersion: 3.6.11 # ours\nsharedsecret: s\nloggingconfig: <root>=INFO;a=b\n';
    writeFileSync(path(), readFileSync(path(), 'utf8') + others);
    const agent = await AgentFile.open(dataDir, fresh.tag);
    await agent.changeConfig((setter) => {
      setter.setPassword('new+/=');
      setter.setOldPassword('provision-pw');
      setter.migrate({ modelTag: 'model-9f5b1c2e-0000-4000-8000-00000000000b' });
      setter.setValue('role', undefined);
      setter.setValue('rack', 'r42');
      setter.setCaCert('PEM\n');
      expect(setter.apiInfo()?.password).toBe('new+/=');
      expect(setter.values).toEqual({ rack: 'r42' });
    });
    const reopened = (await AgentFile.open(dataDir, fresh.tag)).currentConfig();
    expect(reopened.apiInfo()).toMatchObject({ password: 'new+/=', caCert: 'PEM\n', modelTag: reopened.modelTag });
    expect(reopened.modelTag).toBe('model-9f5b1c2e-0000-4000-8000-00000000000b');
    expect(reopened.apiInfo()).toEqual(agent.currentConfig().apiInfo());
    expect(await readFile(path(), 'utf8')).toContain(others);
  });

  it('keeps the addresses that other machines can dial, each once', async () => {
    const agent = await AgentFile.create(dataDir, fresh);
    const near = { value: '127.0.0.1', type: 'ipv4', scope: 'local-machine', port: 17070 };
    const far = { value: 'fd00::8', type: 'ipv6', scope: 'local-cloud', port: 17070 };
    await agent.changeConfig((setter) => setter.setApiHostPorts([[near, far], [far]]));
    expect(agent.currentConfig().apiAddresses).toEqual(['[fd00::8]:17070']);
    await agent.changeConfig((setter) => setter.setApiHostPorts([[near]]));
    expect(agent.currentConfig().apiAddresses).toEqual(['127.0.0.1:17070']);
  });

  it('that throws, or leaves what cannot be read, changes nothing', async () => {
    const agent = await AgentFile.create(dataDir, fresh);
    const before = readFileSync(path(), 'utf8');
    const zap = new Error('zap');
    const half = agent.changeConfig((setter) => {
      setter.setPassword('half');
      throw zap;
    });
    await expect(half).rejects.toBe(zap);
    await expect(agent.changeConfig((setter) => setter.migrate({ modelTag: 'x' }))).rejects.toMatchObject({
      code: 'config_invalid',
    });
    expect(readFileSync(path(), 'utf8')).toBe(before);
    expect(agent.currentConfig().apiInfo()?.password).toBe('');
  });

  it('that cannot be written changes nothing, here or on disk, and leaves nothing beside', async () => {
    const agent = await AgentFile.create(dataDir, fresh);
    const before = readFileSync(path(), 'utf8');
    await rm(dirname(path()), { recursive: true });
    await mkdir(join(path(), 'in-the-way'), { recursive: true });
    const told: string[] = [];
    agent.onChange(() => told.push('changed'));
    const change = agent.changeConfig((setter) => setter.setPassword('lost'));
    await expect(change).rejects.toMatchObject({ code: 'config_unwritable', isRetryable: true });
    expect(agent.currentConfig().apiInfo()?.password).toBe('');
    expect(await readdir(dirname(path()))).toEqual(['agent.conf']);
    expect(told).toEqual([]);

    await rm(path(), { recursive: true });
    writeFileSync(path(), before);
    await agent.changeConfig((setter) => setter.setPassword('kept'));
    expect((await AgentFile.open(dataDir, fresh.tag)).currentConfig().apiInfo()?.password).toBe('kept');
    expect(told).toEqual(['changed']);
  });

  it('comes after the one before', async () => {
    const agent = await AgentFile.create(dataDir, fresh);
    const appended = Array.from({ length: 20 }, (_, index) =>
      agent.changeConfig((setter) => setter.setValue('log', `${setter.values['log'] ?? ''}${index},`)),
    );
    await Promise.all(appended);
    expect(agent.currentConfig().values['log']).toBe('0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,');
  });

  it('makes a readable file writable for its owner alone again', async () => {
    const agent = await AgentFile.create(dataDir, fresh);
    await chmod(path(), 0o644);
    await agent.changeConfig((setter) => setter.setPassword('p'));
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it('tells whoever watches, until they stop', async () => {
    const agent = await AgentFile.create(dataDir, fresh);
    const told: string[] = [];
    const stop = agent.onChange(() => told.push(agent.currentConfig().apiInfo()?.password ?? ''));
    await agent.changeConfig((setter) => setter.setPassword('one'));
    stop();
    await agent.changeConfig((setter) => setter.setPassword('two'));
    expect(told).toEqual(['one']);
  });
});

describe('#75 a reader', () => {
  it('never sees a file half-written, whatever rotates', { timeout: 120_000 }, async () => {
    const agent = await AgentFile.create(dataDir, fresh);
    let isRotating = true;
    const rotate = async (): Promise<void> => {
      for (let round = 0; round < soak(100, 1000); round++) {
        const password = `${round}`.repeat(1 + (round % 50));
        await agent.changeConfig((setter) => {
          setter.setPassword(password);
          setter.setOldPassword(password);
        });
      }
      isRotating = false;
    };
    let reads = 0;
    const read = async (): Promise<void> => {
      while (isRotating) {
        const config = (await AgentFile.open(dataDir, fresh.tag)).currentConfig();
        if (reads++ > 0 && config.apiInfo()?.password !== '') {
          expect(config.apiInfo()?.password).toBe(config.oldPassword);
        }
      }
    };
    await Promise.all([rotate(), read(), read()]);
    expect(reads).toBeGreaterThan(10);
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['', 'its first line is not "# format 2.0"'],
    ['# format 1.18\ntag: machine-0\n', 'its first line is not "# format 2.0"'],
    ['# format 2.0\n- a\n', 'it is no map'],
    ['# format 2.0\ntag: "SECRET\n', 'it is no YAML'],
    ['# format 2.0\ntag: zzz\n', '"tag" is no tag'],
    ['# format 2.0\ntag: machine-0\napipassword: [SECRET]\n', '"apipassword" is no text'],
    ['# format 2.0\ntag: machine-0\nmodel: machine-0\n', '"model" is no tag of a model'],
    ['# format 2.0\ntag: machine-0\napiaddresses: SECRET\n', '"apiaddresses" is no list of texts'],
    ['# format 2.0\ntag: machine-0\nvalues: []\n', '"values" is no map'],
  ])('%j', async (text, why) => {
    await mkdir(join(dataDir, 'agents', 'machine-0'), { recursive: true });
    await writeFile(join(dataDir, 'agents', 'machine-0', 'agent.conf'), text);
    const error = await AgentFile.open(dataDir, 'machine-0').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'config_invalid', message: expect.stringContaining(why) as string });
    expect(inspect(error, { depth: 9 })).not.toContain('SECRET');
  });

  it('is missing', async () => {
    await expect(AgentFile.open(dataDir, 'machine-0')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('does not show its passwords where it is printed', async () => {
  const agent = await AgentFile.create(dataDir, fresh);
  const printed = inspect(agent.currentConfig()) + JSON.stringify(agent.currentConfig()) + inspect(agent);
  expect(printed).not.toContain('provision-pw');
});
