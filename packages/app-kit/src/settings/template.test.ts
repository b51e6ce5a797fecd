import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import * as form from './form.js';
import { loadSettings } from './load.js';
import { optional, setting } from './setting.js';
import { settingsFile } from './template.js';

const settings = {
  dataDir: optional(form.path, 'where files are kept'),
  port: setting(form.port, 'where to listen: "80" for one', 8080),
  peers: setting(form.list(form.text()), 'who may ask', []),
  wait: setting(form.duration, 'how long to wait', 20_000),
  isOpen: setting(form.toggle, 'whether anybody may ask', false),
};

describe('a settings file that is written', () => {
  const load = (text: string) => {
    const file = join(temporaryFolder(), 'app.yaml');
    writeFileSync(file, text);
    return loadSettings(settings, { app: 'test', flags: {}, env: {}, file });
  };

  it('gives what was given, tells of all the rest, and leaves it at its default', () => {
    const text = settingsFile(settings, { dataDir: '/srv/a: "b"' });
    expect(load(text)).toEqual({ dataDir: '/srv/a: "b"', port: 8080, peers: [], wait: 20_000, isOpen: false });
    for (const [key, { description }] of Object.entries(settings)) {
      expect(text).toContain(`# ${description} (`);
      expect(text).toContain(`${key}: `);
    }
  });

  it('means the same once the comment before a default is taken away', () => {
    const text = settingsFile(settings, { dataDir: '/srv' }).replace(/^#(port|wait|isOpen):/gm, '$1:');
    expect(load(text)).toEqual({ dataDir: '/srv', port: 8080, peers: [], wait: 20_000, isOpen: false });
  });
});
