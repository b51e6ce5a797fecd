import { type Logger, silentLogger } from '@moorline/core';
import { isUrl, loadJson, type LoadOptions, nameOf } from '../document/load-document.js';
import { applyOverlay, type OverlayEntry, parseOverlay } from '../document/overlay.js';
import type { SwaggerDocument } from '../document/swagger.js';
import { validate } from '../document/validate.js';
import { CcApiCliError } from '../error.js';
import { generateFiles, isPart, needs, type Part, parts } from './generate-files.js';
import { compareFolder, type FileChange, writeFolder } from './write-folder.js';

/** Which of two truths code is made from: what the document says, or the document with the overlay's corrections. */
export type View = 'actual' | 'documented';

/** Options of {@link generate}. */
export interface GenerateOptions extends LoadOptions {
  /** File, or `http:` or `https:` URL, of a Swagger 2.0 document in JSON. */
  document: string;
  /** File or URL of a list of corrections; see `OverlayEntry`. Applied in the view `actual` alone. */
  overlay?: string | undefined;
  /** Folder for generated files alone: its contents are replaced. */
  out: string;
  /** Default `actual`. */
  view?: View | undefined;
  /** Modules to write. Default: all. */
  parts?: readonly Part[] | undefined;
  /** Of the example bodies in mocks: a whole number ≥ 0. Default 1. */
  seed?: number | undefined;
  /** Compares and writes nothing. */
  check?: boolean | undefined;
  /** Told what is being done. Default: nobody. */
  logger?: Logger | undefined;
}

/** What {@link generate} did. */
export interface Generated {
  /** By name. */
  files: FileChange[];
  /** Operations in the document. */
  operations: number;
  /** Corrections made to it. */
  corrections: number;
}

/**
 * Writes types, operation table, client and mocks for the API that a Swagger document describes. Same document, overlay
 * and options: same bytes.
 *
 * @throws CcApiCliError for whatever is wrong with the document, the overlay or the folder; the folder is then as it was.
 * @throws TimeoutError when fetching the document takes longer than `timeoutMs`.
 */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const { out, view = 'actual', logger = silentLogger, check = false } = options;
  const { parts: wanted = parts, seed = 1 } = options;
  checkOptions(wanted, view, seed);
  const source = nameOf(options.document);
  logger.info({ source }, `reading ${source}`);
  const given = validate(await loadJson(options.document, options), source);
  const overlay = await readOverlay(options, view, logger);
  const document = correct(given, overlay, options);

  const command = commandOf(options);
  logger.info({ parts: wanted }, `generating ${wanted.join(', ')}`);
  const generated = await generateFiles({ document, source, command, parts: wanted, seed });
  options.signal?.throwIfAborted();
  const files = check ? await compareFolder(out, generated.files) : await writeFolder(out, generated.files);
  return { files, operations: generated.operations, corrections: overlay.length };
}

function checkOptions(wanted: readonly string[], view: string, seed: number): void {
  const wrong = (what: string) => new CcApiCliError(what, { code: 'invalid_option' });
  if (wanted.length === 0 || !wanted.every(isPart)) throw wrong(`parts are some of ${parts.join(', ')}`);
  for (const part of wanted) {
    const missing = needs[part]?.find((other) => !wanted.includes(other));
    if (missing !== undefined) throw wrong(`the part ${part} imports the part ${missing}: ask for both`);
  }
  if (view !== 'actual' && view !== 'documented') throw wrong('the view is actual or documented');
  if (!Number.isSafeInteger(seed) || seed < 0) throw wrong('the seed is a whole number, 0 or more');
}

async function readOverlay(options: GenerateOptions, view: View, logger: Logger): Promise<OverlayEntry[]> {
  if (options.overlay === undefined || view === 'documented') return [];
  const name = nameOf(options.overlay);
  logger.info({ source: name }, `reading ${name}`);
  return parseOverlay(await loadJson(options.overlay, options), name);
}

function correct(document: SwaggerDocument, overlay: OverlayEntry[], options: GenerateOptions): SwaggerDocument {
  if (overlay.length === 0) return document;
  const name = nameOf(options.overlay ?? '');
  return validate(applyOverlay(document, overlay, name), `${nameOf(options.document)} with ${name}`);
}

/** The command that would do the same, for the header of what it made. */
function commandOf({ document, overlay, out, view, parts: wanted, seed = 1 }: GenerateOptions): string {
  const words = ['cc-api generate', isUrl(document) ? '--from' : '--document', nameOf(document)];
  if (overlay !== undefined) words.push('--overlay', nameOf(overlay));
  words.push('--out', out);
  if (view === 'documented') words.push('--view', view);
  if (wanted !== undefined && wanted.length < parts.length) words.push('--only', wanted.join(','));
  if (seed !== 1) words.push('--seed', String(seed));
  return words.join(' ');
}
