import { Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { isPart, type Part, parts } from '../generate/generate-files.js';
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
    .option('--check', 'write nothing; exit code 1 if the folder is not what it should be')
    .addOption(new Option('--timeout <seconds>', 'for fetching; 0 for none').argParser(readSeconds).default(30))
    .action((flags) => runGenerate(flags, context));
  return program;
}

function readParts(text: string): Part[] {
  return text.split(',').map((part) => {
    if (!isPart(part)) throw new InvalidArgumentError(`Some of ${parts.join(',')}.`);
    return part;
  });
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || seconds > 86_400) throw new InvalidArgumentError('Seconds, 0 to 86400.');
  return seconds;
}
