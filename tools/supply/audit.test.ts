import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askRegistry } from './ask-registry.js';
import { auditProblems, type Finding, readAccepted, readFindings } from './audit.js';

const advisory = {
  ...{ id: 1_100_000, url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc', title: 'Reads too much' },
  ...{ severity: 'high', vulnerable_versions: '<1.2.0', cwe: [], cvss: { score: 7.5, vectorString: null } },
};
const finding: Finding = {
  ...{ advisory: 'GHSA-aaaa-bbbb-cccc', package: 'weak', severity: 'high', title: 'Reads too much' },
  url: advisory.url,
};

describe('what npm audit says', () => {
  let folder: string;
  let registry: Server;
  let answer: (url: string) => { status: number; body: object };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'moorline-audit-'));
    const root = { name: 'user', version: '1.0.0', dependencies: { carrier: '1.0.0' } };
    const packages = {
      '': root,
      'node_modules/carrier': { version: '1.0.0', dependencies: { weak: '^1.0.0' } },
      'node_modules/weak': { version: '1.1.0' },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(root));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...root, lockfileVersion: 3, packages }));
    registry = createServer((request, response) => {
      const { status, body } = answer(request.url ?? '');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    registry.closeAllConnections();
    await new Promise((resolve) => registry.close(resolve));
    rmSync(folder, { recursive: true });
  });
  const ask = () => {
    const { port } = registry.address() as AddressInfo;
    return askRegistry(folder, {
      ...{ npm_config_registry: `http://127.0.0.1:${port}`, npm_config_cache: join(folder, 'cache') },
      npm_config_fetch_retries: '0',
    });
  };

  it('is read as one finding of the vulnerable package, none of those that bring it', async () => {
    answer = (url) =>
      url.endsWith('/security/advisories/bulk')
        ? { status: 200, body: { weak: [advisory] } }
        : { status: 404, body: {} };
    expect(readFindings(await ask())).toEqual([finding]);
  });

  it('is an error where the registry does not answer: not knowing is not being safe', async () => {
    answer = () => ({ status: 405, body: {} });
    const said = await ask();
    expect(() => readFindings(said)).toThrow(/npm audit gave no report: .*405/s);
    expect(() => readFindings('')).toThrow('npm audit gave no report');
  });
});

describe('accepted advisories', () => {
  const reason = 'only reached by a tool that reads our own files';
  const accepted = { advisory: finding.advisory, reason, until: '2030-06-30' };

  it('are no problems until their day, and again after it', () => {
    expect(auditProblems([finding], [], '2030-06-30')).toEqual([
      'weak: Reads too much (high, GHSA-aaaa-bbbb-cccc) https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
    ]);
    expect(auditProblems([finding], [accepted], '2030-06-30')).toEqual([]);
    expect(auditProblems([finding], [accepted], '2030-07-01')).toHaveLength(1);
  });

  it('leave the list with the finding', () => {
    expect(auditProblems([], [accepted], '2030-01-01')).toEqual([
      'GHSA-aaaa-bbbb-cccc is accepted, but is no finding any more: take it off the list',
    ]);
  });

  it('have a reason and a day, those of this repository too', () => {
    expect(readAccepted(JSON.stringify([accepted]))).toEqual([accepted]);
    for (const broken of [{}, [{ ...accepted, reason: '' }], [{ ...accepted, until: 'some day' }], ['GHSA-1']]) {
      expect(() => readAccepted(JSON.stringify(broken))).toThrow();
    }
    readAccepted(readFileSync(join(import.meta.dirname, 'accepted-advisories.json'), 'utf8'));
  });
});
