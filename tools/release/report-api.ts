import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { apiEntries, type ApiEntry } from './api-entries.js';
import { changedLines } from './changed-lines.js';

/**
 * Compares the public declarations of a built package with its `etc/<entry>.api.md`, or rewrites those.
 *
 * @returns what differs, one text for each entry; nothing when all is as recorded.
 */
export function reportApi(folder: string, options: { update: boolean }): string[] {
  const etc = join(folder, 'etc');
  const entries = apiEntries(folder);
  if (entries.length === 0) return [];
  mkdirSync(etc, { recursive: true });
  const fresh = mkdtempSync(join(tmpdir(), 'moorline-api-'));
  try {
    const problems = entries.flatMap((entry) => reportEntry(folder, entry, fresh, options.update));
    return [...problems, ...strayReports(etc, entries, options.update)];
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

const reportName = ({ name }: ApiEntry): string => `${name}.api.md`;

function reportEntry(folder: string, entry: ApiEntry, fresh: string, update: boolean): string[] {
  const result = Extractor.invoke(configure(folder, entry, fresh), {
    localBuild: update,
    messageCallback: (message) => {
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  if (result.succeeded) return [];
  const recorded = join(folder, 'etc', reportName(entry));
  if (!existsSync(recorded)) return [`etc/${reportName(entry)} is missing: the API of this entry is not recorded yet`];
  const lines = changedLines(readFileSync(recorded, 'utf8'), readFileSync(join(fresh, reportName(entry)), 'utf8'));
  return [[`etc/${reportName(entry)} does not match the public declarations:`, ...lines].join('\n')];
}

function configure(folder: string, entry: ApiEntry, fresh: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: join(folder, 'api-extractor.json'), // relative paths would start there; it need not exist
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: entry.declarations,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2022'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            strict: true,
            skipLibCheck: true,
            types: ['node'],
          },
          files: [entry.declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: reportName(entry),
        reportFolder: join(folder, 'etc'),
        reportTempFolder: fresh,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}

/** A report of an entry that is gone would stand for an API that nobody can import. */
function strayReports(etc: string, entries: readonly ApiEntry[], update: boolean): string[] {
  const stray = readdirSync(etc).filter(
    (name) => name.endsWith('.api.md') && !entries.some((one) => reportName(one) === name),
  );
  if (update) for (const name of stray) rmSync(join(etc, name));
  return update ? [] : stray.map((name) => `etc/${name} belongs to no entry of the package`);
}
