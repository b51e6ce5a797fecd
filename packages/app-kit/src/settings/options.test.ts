import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { port, toggle } from './form.js';
import { addSettingOptions, settingsTable } from './options.js';
import { setting } from './setting.js';

const settings = {
  port: setting(port, 'where to listen', 8080),
  nextFreePort: setting(toggle, 'take the next free port', false),
};

describe('addSettingOptions', () => {
  it('takes flags with values and flags without', async () => {
    const command = addSettingOptions(new Command('serve'), 'pier', settings).action(() => undefined);
    await command.parseAsync(['--port', '9', '--next-free-port'], { from: 'user' });
    expect(command.opts()).toEqual({ port: '9', nextFreePort: true });
  });

  it('explains each with its default and its variable', () => {
    const help = addSettingOptions(new Command('serve'), 'pier', settings).helpInformation().replace(/\s+/g, ' ');
    expect(help).toContain('--port <PORT> where to listen (default 8080) [MOORLINE_PIER_PORT]');
    expect(help).toContain('--next-free-port take the next free port [MOORLINE_PIER_NEXT_FREE_PORT]');
    expect(help).toContain('--config <FILE>');
  });
});

describe('settingsTable', () => {
  it('has a row for each setting', () => {
    expect(settingsTable('pier', settings).split('\n')).toEqual([
      '| flag | environment | file key | accepted | default | what it does |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `--port` | `MOORLINE_PIER_PORT` | `port` | a port, 0 to 65535 | `8080` | where to listen |',
      '| `--next-free-port` | `MOORLINE_PIER_NEXT_FREE_PORT` | `nextFreePort` | true or false | `false` | take the next free port |',
    ]);
  });
});
