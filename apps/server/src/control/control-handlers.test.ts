import { controlSocketPath, serveControl } from '@moorline/app-kit';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { appName } from '../settings.js';
import { askServer } from './ask-server.js';
import { type ControlWork, createControlHandlers } from './control-handlers.js';

describe('commands over the control socket', () => {
  let dataDir = '';
  beforeEach(() => {
    dataDir = temporaryFolder();
  });

  const unused = () => Promise.reject(new Error('not asked in this test'));
  const work: ControlWork = {
    status: unused,
    'token-create': unused,
    'jwt-create': unused,
    'link-create': unused,
    'machines-list': unused,
    'machines-reset-identity': unused,
    'config-get': unused,
    'config-set': unused,
    'daemons-list': unused,
    'daemons-call': unused,
    'sessions-list': unused,
    'sessions-request': unused,
    'sessions-rotate': unused,
    'user-add': unused,
    'user-list': unused,
    'user-remove': unused,
    'cluster-put': unused,
    'cluster-list': unused,
    'import-job': unused,
    'export-jobs': unused,
    backup: unused,
    'migrate-status': unused,
    'token-list': async () => [],
    'token-revoke': async ({ id }) => ({ revoked: id === 'r-1' }),
    check: async () => ({ problems: ['page 3 is never used'] }),
  };
  const serve = (ready: Promise<ControlWork>) =>
    serveControl({ path: controlSocketPath(dataDir, appName), handlers: createControlHandlers(ready) });

  it('are parsed on both ends and answered', async () => {
    await using _server = await serve(Promise.resolve(work));
    expect(await askServer(dataDir, 'token-revoke', { id: 'r-1' })).toEqual({ revoked: true });
    expect(await askServer(dataDir, 'token-list', null)).toEqual([]);
    expect(await askServer(dataDir, 'check', null)).toEqual({ problems: ['page 3 is never used'] });
  });

  it('wait until the server that is starting is ready', async () => {
    let start: (work: ControlWork) => void = () => undefined;
    const ready = new Promise<ControlWork>((resolve) => {
      start = resolve;
    });
    await using _server = await serve(ready);
    const answer = askServer(dataDir, 'token-list', null);
    start(work);
    expect(await answer).toEqual([]);
  });

  it.each([
    ['a group that would break paths', { group: '../x', expiresInMs: 1, uses: 1, clusters: [] }],
    ['no uses', { group: 'lab', expiresInMs: 1, uses: 0, clusters: [] }],
    ['a cluster that is a pattern', { group: 'lab', expiresInMs: 1, uses: 1, clusters: ['a*'] }],
  ])('are refused with a reason for %s', async (_, input) => {
    await using _server = await serve(Promise.resolve(work));
    await expect(askServer(dataDir, 'token-create', input)).rejects.toMatchObject({
      code: 'control_failed',
      message: expect.stringContaining('"token-create" was not carried out'),
      details: { reason: 'bad_command_input' },
    });
  });

  it('say how to start the server where none runs', async () => {
    await expect(askServer(dataDir, 'status', null)).rejects.toMatchObject({
      code: 'not_running',
      hint: expect.stringContaining('moorline-server serve'),
    });
  });

  it('say so where the server is of another version', async () => {
    const path = controlSocketPath(dataDir, appName);
    await using _server = await serveControl({ path, handlers: { check: async () => ({ fine: true }) } });
    await expect(askServer(dataDir, 'check', null)).rejects.toMatchObject({ code: 'bad_command_answer' });
  });
});
