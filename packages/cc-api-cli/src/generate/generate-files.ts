import type { SwaggerDocument } from '../document/swagger.js';
import { toOpenApi } from '../document/to-openapi.js';
import { clientModule } from './client-module.js';
import { header } from './header.js';
import { mswModule } from './msw-module.js';
import { operationFacts } from './operation-facts.js';
import { operationTable } from './operation-table.js';
import { typesModule } from './types.js';

/** The modules that can be generated. */
export const parts = ['types', 'operations', 'client', 'msw'] as const;

/** A module that can be generated. */
export type Part = (typeof parts)[number];

/** Parts that others import. */
export const needs: Partial<Record<Part, readonly Part[]>> = { client: ['types'], msw: ['types', 'operations'] };

export const isPart = (text: string): text is Part => (parts as readonly string[]).includes(text);

/** What {@link generateFiles} goes by. */
export interface GenerateFilesOptions {
  /** As `validate` returned it. */
  document: SwaggerDocument;
  /** What the document is called in headers and messages. */
  source: string;
  /** The command that the headers tell. */
  command: string;
  parts: readonly Part[];
  /** Of the example bodies in mocks. */
  seed: number;
}

/**
 * The text of every module, by file name: the same for the same document and options.
 *
 * @throws CcApiCliError `not_convertible` for a document that the converters cannot express.
 */
export async function generateFiles(
  options: GenerateFilesOptions,
): Promise<{ files: Map<string, string>; operations: number }> {
  const { document, source, command } = options;
  const openapi = await toOpenApi(document, source);
  const facts = operationFacts(openapi);
  const makers: Record<Part, () => Promise<string> | string> = {
    types: () => typesModule(openapi, source),
    operations: () => operationTable(facts),
    client: () => clientModule(facts),
    msw: () => mswModule(openapi, options.seed),
  };
  const files = new Map<string, string>();
  for (const part of parts.filter((one) => options.parts.includes(one))) {
    files.set(`${part}.ts`, header(source, command) + (await makers[part]()));
  }
  return { files, operations: facts.size };
}
