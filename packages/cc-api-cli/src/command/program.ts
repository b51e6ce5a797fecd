import { Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { isPart, type Part, parts } from '../generate/generate-files.js';
import { runDiff } from './run-diff.js';
import { runGenerate } from './run-generate.js';

/** What a subcommand is given beside its flags. */
export interface CommandContext {
  signal: AbortSignal;
  /** Says with which code the program ends. */
  exit: (code: number) => void;
}

/** The program `cc-api`: throws a `CommanderError` where commander would end the process. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('cc-api')
    .description(manifest.description)
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError('(cc-api --help tells what there is)');
  program
    .command('generate')
    .description('writes types, operation table, client and mocks for the API of a Swagger 2.0 document')
    .addOption(new Option('--from <url>', 'fetch the document from a server').conflicts('document'))
    .option('--document <file>', 'read the document from a file')
    .option('--overlay <file>', 'corrections of the document: a JSON list of RFC 6902 operations with reasons')
    .requiredOption('--out <folder>', 'folder for generated files alone; replaced whole')
    .addOption(
      new Option('--view <view>', 'with the corrections or without')
        .choices(['actual', 'documented'])
        .default('actual'),
    )
    .addOption(new Option('--only <parts>', `some of ${parts.join(',')}`).argParser(readParts))
    .addOption(new Option('--seed <number>', 'of the example bodies in mocks').argParser(readSeed).default(1))
    .option('--check', 'write nothing; exit code 1 if the folder is not what it should be')
    .addOption(timeout())
    .action((flags) => runGenerate(flags, context));
  program
    .command('diff')
    .description('tells what changed between two documents, and whether clients made for the first break')
    .argument('<before>', 'file or URL of the document that clients were made for')
    .argument('<after>', 'file or URL of the document that they will meet')
    .option('--json', 'for programs')
    .addOption(timeout())
    .addHelpText(
      'after',
      '\nExit code: 0 no change, 1 changes that break no client, 2 breaking changes, 64 and more: failed.',
    )
    .action((before, after, flags) => runDiff(before, after, flags, context));
  return program;
}

const timeout = () => new Option('--timeout <seconds>', 'for fetching; 0 for none').argParser(readSeconds).default(30);

function readParts(text: string): Part[] {
  return text.split(',').map((part) => {
    if (!isPart(part)) throw new InvalidArgumentError(`Some of ${parts.join(',')}.`);
    return part;
  });
}

function readSeed(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('A whole number, 0 or more.');
  return Number(text);
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || seconds > 86_400) throw new InvalidArgumentError('Seconds, 0 to 86400.');
  return seconds;
}
