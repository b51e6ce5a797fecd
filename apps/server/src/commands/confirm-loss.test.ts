import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { confirmLoss, type Terminal } from './confirm-loss.js';

/** A terminal at which somebody types this when the question is there. */
function terminal(typed: string): Terminal {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  let shown = '';
  output.on('data', (bytes) => {
    const before = shown;
    shown += String(bytes);
    // A person types when the prompt has been drawn, not while.
    if (!before.includes('Lose it?') && shown.includes('Lose it?')) setImmediate(() => input.write(typed));
  });
  return { input, output };
}

describe('the question whether something may be lost', () => {
  it('is confirmed by y', async () => {
    await confirmLoss('Lose it?', terminal('y'));
  });

  it.each([
    ['n', 'n'],
    ['Enter alone', '\r'],
    ['Ctrl-C', '\u0003'],
  ])('is not by %s', async (_, typed) => {
    await expect(confirmLoss('Lose it?', terminal(typed))).rejects.toMatchObject({ code: 'not_confirmed' });
  });

  it('is not asked where there is no terminal', async () => {
    const nobody = { input: new PassThrough(), output: new PassThrough() };
    await expect(confirmLoss('Lose it?', nobody)).rejects.toMatchObject({
      code: 'not_confirmed',
      hint: expect.stringContaining('--yes'),
    });
  });
});
