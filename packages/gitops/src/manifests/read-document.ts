import { type Document, isScalar, parseDocument, visit } from 'yaml';
import { GitopsError } from '../error.js';
import { refuseDepth } from './refuse-depth.js';

/** Aliases that may be followed in one document: a few lines of YAML can mean gigabytes. */
const maxAliases = 100;

/** One document of YAML, as it is written and as what it means. */
export interface ReadDocument {
  document: Document;
  /** Undefined for a document that holds nothing. */
  value: unknown;
}

/** @throws GitopsError `bad_manifest` for what is not one YAML document, or means more than it should. */
export function readDocument(text: string): ReadDocument {
  try {
    refuseDepth(text);
    // The library compares each key with each other one: a large file would take hours. So that is done here.
    const document = parseDocument(text, { merge: true, uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    refuseDoubledKeys(document);
    const value: unknown = document.contents === null ? undefined : document.toJS({ maxAliasCount: maxAliases });
    return { document, value: value ?? undefined };
  } catch (cause) {
    throw new GitopsError(cause instanceof Error ? cause.message : String(cause), { code: 'bad_manifest', cause });
  }
}

function refuseDoubledKeys(document: Document): void {
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? key.value : key;
        if (name === '<<') continue;
        if (seen.has(name)) throw new Error(`the key ${String(name)} is there twice`);
        seen.add(name);
      }
    },
  });
}

/** Whether a value of YAML is an object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
