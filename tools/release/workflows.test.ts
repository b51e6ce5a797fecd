import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isObject, type JsonObject } from '../repo/json.js';
import { root } from '../repo/root.js';

const folder = join(root, '.github/workflows');
const texts = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
const usesOf = (text: string): string[] => text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line));

/** What a job may do beyond reading, and why it must: nothing else may write anything. */
const writers: Readonly<Record<string, readonly string[]>> = {
  'release.yml version': ['contents', 'pull-requests'], // pushes a branch and opens its pull request
  'release.yml publish': ['contents', 'id-token'], // pushes tags; proves to npm that it is this workflow
};

describe.each(texts)('$name', ({ name, text }) => {
  const workflow = objectOf(parse(text));
  const jobs = Object.entries(objectOf(workflow['jobs'])).map(([job, value]) => ({ job, value: objectOf(value) }));
  const stepsOf = (job: JsonObject): JsonObject[] => (Array.isArray(job['steps']) ? job['steps'].map(objectOf) : []);

  it('pins every action by its commit, with the version beside it', () => {
    expect(usesOf(text).length).toBeGreaterThan(0);
    for (const line of usesOf(text)) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('holds no secret, and gives nothing that it does not name', () => {
    expect(text).not.toContain('secrets.');
    expect(Object.values(objectOf(workflow['permissions'])).filter((one) => one !== 'read')).toEqual([]);
    for (const { job, value } of jobs) {
      const given = Object.entries(objectOf(value['permissions'])).filter(([, one]) => one !== 'read');
      expect(given).toEqual((writers[`${name} ${job}`] ?? []).map((what) => [what, 'write']));
    }
  });

  it('ends by itself, one run at a time, on a machine with a version', () => {
    expect(objectOf(workflow['concurrency'])).toMatchObject({ group: expect.stringMatching(/./) });
    for (const { value } of jobs) {
      expect(value).toMatchObject({
        'runs-on': expect.stringMatching(/^ubuntu-\d/),
        'timeout-minutes': expect.any(Number),
      });
    }
  });

  it('leaves its token in no checkout but where something is pushed', () => {
    for (const { job, value } of jobs) {
      const pushes = (writers[`${name} ${job}`] ?? []).includes('contents');
      const checkouts = stepsOf(value).filter((step) => String(step['uses']).startsWith('actions/checkout@'));
      for (const step of checkouts) {
        expect(objectOf(step['with'])['persist-credentials']).toBe(pushes ? undefined : false);
      }
    }
  });

  it('runs no text of strangers: not on their behalf with our rights, nor as a part of a command', () => {
    expect(text).not.toContain('pull_request_target');
    const commands = jobs.flatMap(({ value }) => stepsOf(value).map((step) => String(step['run'] ?? '')));
    expect(commands.filter((command) => command.includes('${{'))).toEqual([]);
  });
});

it('all workflows use one version of an action', () => {
  const uses = new Set(texts.flatMap(({ text }) => usesOf(text).map((line) => line.replace(/^.*uses: /, ''))));
  expect(new Set([...uses].map((one) => one.split('@')[0])).size).toBe(uses.size);
});

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
