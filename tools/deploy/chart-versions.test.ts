import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readJson } from '../repo/json.js';
import { root } from '../repo/root.js';
import { chartFile, updateChart } from './chart-versions.js';

const chart = readFileSync(join(root, chartFile), 'utf8');

it('the chart has the version of the server', () => {
  const { version } = readJson(join(root, 'apps/server/package.json'));
  // Otherwise: npm run chart:update
  expect(parse(chart)).toMatchObject({ version, appVersion: version });
});

it('another version of the server is written, and nothing else is changed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-chart-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'apps/server'), { recursive: true });
  mkdirSync(join(folder, 'deploy/helm/moorline'), { recursive: true });
  writeFileSync(join(folder, 'apps/server/package.json'), '{"version":"7.8.9-next.0"}');
  writeFileSync(join(folder, chartFile), chart);
  expect(updateChart(folder)).toBe(true);
  expect(readFileSync(join(folder, chartFile), 'utf8')).toBe(
    chart.replace(/^(version|appVersion): .*/gm, '$1: 7.8.9-next.0'),
  );
  expect(updateChart(folder)).toBe(false);
});
