import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { temporaryFolderOfFile } from '../../../../tools/testenv/temporary-folder.js';
import { duration, port, text, toggle } from './form.js';
import { loadSettings } from './load.js';
import { optional, setting } from './setting.js';

const folder = temporaryFolderOfFile();
let files = 0;

const settings = {
  port: setting(port, 'where to listen', 8080),
  pollInterval: setting(duration, 'how often to look', 10_000),
  verbose: setting(toggle, 'say more', false),
  group: optional(text('NAME'), 'whose group'),
};

const load = (sources: { flags?: Record<string, unknown>; env?: Record<string, string>; file?: string }) =>
  loadSettings(settings, { app: 'pier', flags: {}, env: {}, ...sources });

function fileWith(content: string): string {
  const file = join(folder, `pier-${files++}.yaml`);
  writeFileSync(file, content);
  return file;
}

describe('loadSettings', () => {
  it('gives defaults, typed by their forms', () => {
    const values = load({});
    expect(values).toEqual({ port: 8080, pollInterval: 10_000, verbose: false, group: undefined });
    expectTypeOf(values).toEqualTypeOf<{
      port: number;
      pollInterval: number;
      verbose: boolean;
      group: string | undefined;
    }>();
  });

  it('prefers a flag to a variable, and a variable to the file', () => {
    const file = fileWith('port: 1\npollInterval: 1s\nverbose: true\n');
    const env = { MOORLINE_PIER_PORT: '2', MOORLINE_PIER_POLL_INTERVAL: '2s' };
    expect(load({ file, env, flags: { port: '3' } })).toMatchObject({ port: 3, pollInterval: 2000, verbose: true });
  });

  it('reads JSON files too, and an empty file', () => {
    expect(load({ file: fileWith('{ "port": 9 }') }).port).toBe(9);
    expect(load({ file: fileWith('') }).port).toBe(8080);
  });

  it.each([
    [{ flags: { port: 'eighty' } }, '--port: "eighty" is not accepted', 'give a port, 0 to 65535'],
    [{ flags: { pollInterval: '10' } }, '--poll-interval: "10" is not accepted', 'a duration such as'],
    [{ env: { MOORLINE_PIER_VERBOSE: 'maybe' } }, 'MOORLINE_PIER_VERBOSE: "maybe" is not accepted', 'true or false'],
  ])('refuses a bad value with key, value and accepted form (#%#)', (sources, message, hint) => {
    expect(() => load(sources)).toThrow(
      expect.objectContaining({ code: 'bad_setting', message, hint: expect.stringContaining(hint) }),
    );
  });

  it('refuses a bad value in the file, naming the file', () => {
    const file = fileWith('port: [1]');
    expect(() => load({ file })).toThrow(
      expect.objectContaining({ code: 'bad_setting', message: `"port" in ${file}: [1] is not accepted` }),
    );
  });

  it.each([
    ['a misspelt key', 'prot: 1'],
    ['a key that only prototypes have', 'constructor: 1'],
    ['__proto__', '"__proto__": 1'],
  ])('refuses %s in the file and lists the known ones', (_what, content) => {
    expect(() => load({ file: fileWith(content) })).toThrow(
      expect.objectContaining({
        code: 'unknown_setting',
        hint: expect.stringContaining('port, pollInterval, verbose, group'),
      }),
    );
  });

  it('refuses an unknown variable with its prefix, and leaves all others and its own config variable alone', () => {
    expect(() => load({ env: { MOORLINE_PIER_PROT: '1' } })).toThrow(
      expect.objectContaining({ code: 'unknown_setting' }),
    );
    expect(load({ env: { MOORLINE_SHARED: 'x', MOORLINE_PIER_CONFIG: 'x' } }).port).toBe(8080);
  });

  it.each([
    [
      'is not there',
      '/nowhere/pier.yaml',
      /^there is no settings file \/nowhere/,
      /^check the path .*PIER_CONFIG gives$/,
    ],
    ['is a directory', folder, /^cannot read the settings file .*EISDIR/, /^check the path .*who may read it$/],
    ['is not YAML', fileWith('a: ['), /^settings file /, /^write "key: value" lines/],
    ['holds a list', fileWith('- port'), /does not hold keys and values$/, /^write "key: value" lines/],
  ])('refuses a file that %s', (_what, file, message, hint) => {
    expect(() => load({ file })).toThrow(
      expect.objectContaining({
        code: 'bad_settings_file',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });
});
