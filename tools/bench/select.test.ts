import { expect, it } from 'vitest';
import { root } from '../repo/root.js';
import { workspaces } from '../repo/workspaces.js';
import { benchFiles, selectBenches } from './select.js';

const all = ['cc-store/ingest', 'cc-store/read', 'cc-api/ingest', 'core/retry'].map((name) => ({
  name,
  file: `/${name}`,
}));
const selected = (...names: string[]) => selectBenches(all, names).map(({ name }) => name);

it('takes all benchmarks, those of a package, or those of a file name', () => {
  expect(selected()).toHaveLength(4);
  expect(selected('cc-store')).toEqual(['cc-store/ingest', 'cc-store/read']);
  expect(selected('ingest')).toEqual(['cc-store/ingest', 'cc-api/ingest']);
  expect(selected('cc-store/read', 'core')).toEqual(['cc-store/read', 'core/retry']);
});

it('refuses a name that matches none', () => {
  expect(() => selected('cc')).toThrow('no benchmark "cc"; there are: cc-store/ingest');
});

it('finds every bench/*.bench.ts of the repository', () => {
  for (const { name, file } of benchFiles(workspaces(root))) {
    expect(name).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/);
    expect(file).toMatch(/\/bench\/[a-z0-9-]+\.bench\.ts$/);
  }
});
