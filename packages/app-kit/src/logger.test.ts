import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** What a child process that runs `body` with a logger writes to standard error. */
function logged(body: string): Record<string, unknown>[] {
  const program = `
    const { createLogger } = await import(${here('./logger.ts')});
    const { MoorlineError } = await import('@moorline/core');
    const logger = createLogger({ name: 'pier', level: 'info' });
    ${body}`;
  const output = execFileSync(
    'sh',
    [
      '-c',
      '"$0" --import tsx --conditions=@moorline/source --input-type=module -e "$1" 2>&1 >/dev/null',
      process.execPath,
      program,
    ],
    { encoding: 'utf8', cwd: import.meta.dirname },
  );
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLogger', () => {
  it('writes JSON lines without secrets, at its level and above', () => {
    const lines = logged(`
      logger.debug({}, 'unseen');
      logger.info({ token: 'sec-1', request: { headers: { authorization: 'Bearer sec-2' } }, berth: 4 }, 'moored');
      logger.error({ error: new MoorlineError('refused: Bearer sec-3', { code: 'x', hint: 'h' }) }, 'failed');`);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ level: 'info', name: 'pier', msg: 'moored', berth: 4, token: '[redacted]' });
    expect(lines[1]).toMatchObject({
      level: 'error',
      error: { code: 'x', hint: 'h', message: 'refused: Bearer [redacted]' },
    });
    expect(JSON.stringify(lines)).not.toContain('sec-');
  });
});
