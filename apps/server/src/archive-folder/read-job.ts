import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ServerError } from '../error.js';
import { dataFiles, metaFile } from './layout.js';

const unpack = promisify(gunzip);

/** Bytes of a job's series, unpacked; more is not the series of one job. */
const mostBytes = 512 * 1024 ** 2;

/**
 * Reads the files of one job.
 *
 * @returns what their JSON says; `data` undefined where there are no series.
 * @throws ServerError `bad_archive_job`.
 */
export async function readArchiveJob(folder: string): Promise<{ meta: unknown; data: unknown }> {
  const meta = await readJson(join(folder, metaFile));
  if (meta === undefined) throw badJob(join(folder, metaFile), 'there is no such file');
  for (const name of dataFiles) {
    const data = await readJson(join(folder, name));
    if (data !== undefined) return { meta, data };
  }
  return { meta, data: undefined };
}

/** @returns undefined where there is no such file. */
async function readJson(path: string): Promise<unknown> {
  try {
    const bytes = await readFile(path);
    const text = path.endsWith('.gz') ? await unpack(bytes, { maxOutputLength: mostBytes }) : bytes;
    return JSON.parse(text.toString('utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw badJob(path, error instanceof Error ? error.message : String(error), error);
  }
}

const badJob = (path: string, reason: string, cause?: unknown): ServerError =>
  new ServerError(`${path} cannot be read: ${reason}`, {
    code: 'bad_archive_job',
    hint: 'nothing of this job was stored; mend its files, and import again',
    cause,
  });
