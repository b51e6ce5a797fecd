import { runGroup } from '../process/run-group.js';
import { bin } from '../repo/root.js';

/**
 * What attw has to say against the types of a staged package: that they are missing, or are not those of the code that a module
 * resolution finds. Empty where every resolution finds types and code that belong together.
 *
 * @param folder of the package; its `.stage` is looked at.
 */
export async function typesProblems(folder: string): Promise<string[]> {
  const lines: string[] = [];
  const args = ['--pack', '.stage', '--profile', 'strict', '--format', 'ascii', '--no-emoji', '--no-color'];
  const code = await runGroup(process.execPath, [bin('attw'), ...args], {
    cwd: folder,
    onLine: (line) => lines.push(line),
  });
  if (code === 0) return [];
  const said = lines.filter((line) => line.trim() !== '' && !/^\*+$|: OK\b/.test(line));
  return [said.length > 0 ? said.join('\n') : `attw ended with ${code}, and said nothing`];
}
