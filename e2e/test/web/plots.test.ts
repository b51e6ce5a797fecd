import { buffer } from 'node:stream/consumers';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { askServer } from './harness/ask-server.js';
import { hasPage, testedPage } from './harness/opened.js';

const jobMetrics = z.object({
  data: z.object({
    jobMetrics: z.array(
      z.object({
        name: z.string(),
        metric: z.object({
          timestep: z.number(),
          series: z.array(
            z.object({
              hostname: z.string(),
              id: z.string().nullish(),
              data: z.array(z.number().nullable()),
              statistics: z.object({ min: z.number(), avg: z.number(), max: z.number() }),
            }),
          ),
        }),
      }),
    ),
  }),
});

const plotOf = (page: Page, metric: string): Locator =>
  page.locator('figure.plot').filter({ has: page.getByRole('heading', { name: metric, exact: true }) });

/** ClusterCockpit's archive keeps two decimals, and ends before the sample at the job's very end. */
function expectSame(shown: readonly (number | undefined)[], api: readonly (number | null)[]): void {
  const values = api.filter((value) => value !== null);
  expect(values.length).toBeGreaterThan(50);
  expect(shown.length - values.length).toBeLessThanOrEqual(1);
  for (const [index, value] of values.entries()) expect(Math.abs((shown[index] ?? NaN) - value)).toBeLessThan(0.0051);
}

/** Clicks, and reads the file that this downloads. */
async function download(page: Page, button: Locator): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return buffer(await file.createReadStream());
}

describe.skipIf(!hasPage)('plots', () => {
  const tested = testedPage();

  /** The values of ClusterCockpit's API, by series and moment. */
  const fromApi = async (job: number, metric: string, scope: string) => {
    const path = `/api/jobs/metrics/${job}?metric=${metric}&scope=${scope}`;
    const { data } = jobMetrics.parse(await askServer(tested.plane)('GET', path));
    const [only] = data.jobMetrics;
    if (only === undefined) throw new Error(`no ${metric} of job ${job}`);
    return only.metric;
  };

  it.each(['cpu_load', 'mem_used'])('of %s export the numbers of the API as CSV', async (metric) => {
    const { finished } = tested.plane.jobs;
    const { page } = await tested.open(`/jobs/${finished}`);
    const plot = plotOf(page, metric);
    await plot.scrollIntoViewIfNeeded();
    const text = (await download(page, plot.getByRole('button', { name: 'CSV' }))).toString('utf8');
    const [head = '', ...lines] = text.trimEnd().split('\r\n');
    const { series } = await fromApi(finished, metric, 'node');
    expect(
      head
        .split(',')
        .slice(2)
        .map((name) => name.replace(/ \[.*/, '')),
    ).toEqual(series.map(({ hostname }) => hostname));
    const rows = lines.map((line) => line.split(',').slice(2).map(Number));
    for (const [index, { data }] of series.entries())
      expectSame(
        rows.map((row) => row[index]),
        data,
      );
  });

  it('have a table behind them with the numbers of the API, and statistics', async () => {
    const { finished } = tested.plane.jobs;
    const { page } = await tested.open(`/jobs/${finished}`);
    const plot = plotOf(page, 'cpu_load');
    await plot.locator('summary', { hasText: 'Table' }).click();
    const table = plot.getByRole('region', { name: 'Values of cpu_load' });
    const { series } = await fromApi(finished, 'cpu_load', 'node');
    const [first] = series;
    const shown = (await table.locator('tbody tr').first().locator('td').allInnerTexts()).map(Number);
    // Shown with four digits at most.
    const firsts = series.map(({ data }) => data.find((value) => value !== null) ?? NaN);
    expect(shown).toHaveLength(firsts.length);
    for (const [index, value] of firsts.entries()) expect(shown[index]).toBeCloseTo(value, 2);
    const lines = plot.getByRole('region', { name: 'Lines of cpu_load' });
    const cells = await lines.locator('tbody tr').first().locator('td.number').allInnerTexts();
    const { min = NaN, avg = NaN, max = NaN } = first?.statistics ?? {};
    for (const [index, value] of [min, avg, max].entries()) expect(Number(cells[index])).toBeCloseTo(value, 1);
  });

  it('of a finer scope show a line for each of its parts', async () => {
    const { finished } = tested.plane.jobs;
    const { page } = await tested.open(`/jobs/${finished}`);
    const plot = plotOf(page, 'mem_bw');
    await plot.scrollIntoViewIfNeeded();
    await plot.getByLabel('Scope of mem_bw').selectOption('socket');
    await expect.poll(() => plot.locator('summary', { hasText: 'Lines' }).innerText()).toContain('(4)');
    const text = (await download(page, plot.getByRole('button', { name: 'CSV' }))).toString('utf8');
    const { series } = await fromApi(finished, 'mem_bw', 'socket');
    const [, ...lines] = text.trimEnd().split('\r\n');
    const rows = lines.map((line) => line.split(',').slice(2).map(Number));
    for (const [index, { data }] of series.entries())
      expectSame(
        rows.map((row) => row[index]),
        data,
      );
  });

  it('zoom together, by keys too, and export what is shown as SVG and PNG', async () => {
    const { page } = await tested.open(`/jobs/${tested.plane.jobs.finished}`);
    const [one, other] = [plotOf(page, 'cpu_load'), plotOf(page, 'mem_used')];
    await other.scrollIntoViewIfNeeded();
    const canvas = (plot: Locator): Locator => plot.getByRole('img');
    const label = async (plot: Locator): Promise<string> => (await canvas(plot).getAttribute('aria-label')) ?? '';
    const before = await label(other);
    await one.scrollIntoViewIfNeeded();
    await canvas(one).focus();
    for (let left = 4; left > 0; left--) await page.keyboard.press('+');
    await expect.poll(() => label(other)).not.toBe(before);
    const svg = (await download(page, one.getByRole('button', { name: 'SVG' }))).toString('utf8');
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain('cpu_load');
    const png = await download(page, one.getByRole('button', { name: 'PNG' }));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    await canvas(one).focus();
    await page.keyboard.press('0');
    await expect.poll(() => label(other)).toBe(before);
  });
});
