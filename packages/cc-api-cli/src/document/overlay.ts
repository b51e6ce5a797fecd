import { applyPatch, type Operation } from 'rfc6902';
import { CcApiCliError } from '../error.js';
import { toPointer } from './pointer.js';
import { isObject, type JsonObject } from './swagger.js';

/** One correction of a document: an operation of RFC 6902 with the reason for it. */
export interface OverlayEntry {
  op: 'add' | 'copy' | 'move' | 'remove' | 'replace' | 'test';
  /** JSON pointer of what is corrected. */
  path: string;
  /** JSON pointer of what is copied or moved. */
  from?: string;
  /** What is added, put in place of what is there, or expected to be there. */
  value?: unknown;
  /** Why the document is wrong here. */
  reason: string;
  /** The capture that shows it. */
  vector?: string;
}

const kinds = ['add', 'copy', 'move', 'remove', 'replace', 'test'];

/**
 * Checks that a value is an overlay: a list of RFC 6902 operations, each with its reason.
 *
 * @param source what it is, for messages.
 * @throws CcApiCliError `invalid_overlay` with the pointer within the overlay.
 */
export function parseOverlay(value: unknown, source: string): OverlayEntry[] {
  const wrong = (what: string, ...path: (string | number)[]) => {
    const pointer = toPointer(path);
    return new CcApiCliError(`${source}: ${what}${pointer === '' ? '' : `, at ${pointer}`}`, {
      code: 'invalid_overlay',
      pointer,
      hint: 'an overlay is a JSON list of { op, path, value | from, reason, vector? }',
    });
  };
  if (!Array.isArray(value)) throw wrong('an overlay is a JSON list');
  value.forEach((entry: unknown, index) => {
    if (!isObject(entry)) throw wrong('an object is expected', index);
    const { op, path, from, reason, vector } = entry;
    if (typeof op !== 'string' || !kinds.includes(op))
      throw wrong(`one of ${kinds.join(', ')} is expected`, index, 'op');
    if (!isPointer(path)) throw wrong('a JSON pointer is expected', index, 'path');
    if ((op === 'move' || op === 'copy') && !isPointer(from)) throw wrong('a JSON pointer is expected', index, 'from');
    if (['add', 'replace', 'test'].includes(op) && !Object.hasOwn(entry, 'value')) {
      throw wrong(`${op} needs a value`, index, 'value');
    }
    if (typeof reason !== 'string' || reason.trim() === '')
      throw wrong('every correction has a reason', index, 'reason');
    if (vector !== undefined && typeof vector !== 'string') throw wrong('a text is expected', index, 'vector');
  });
  return value as OverlayEntry[];
}

/** Whether an overlay may use a pointer: not the whole document's, nor one with names that the patcher passes over. */
const isPointer = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^(?:\/(?:[^~/]|~[01])*)+$/.test(value) &&
  !value.split('/').some((part) => ['__proto__', 'constructor', 'prototype'].includes(part));

/**
 * A copy of the document with the corrections made, one after another.
 *
 * @throws CcApiCliError `overlay_failed` for the first that cannot be made, with its pointer in the document.
 */
export function applyOverlay(document: JsonObject, overlay: readonly OverlayEntry[], source: string): JsonObject {
  const copy = structuredClone(document);
  overlay.forEach((entry, index) => {
    const [failure] = applyPatch(copy, [toOperation(entry)]);
    if (failure === null || failure === undefined) return;
    const attempted = `${entry.op} ${entry.path}`;
    throw new CcApiCliError(
      `${source}: correction ${index} (${attempted}) cannot be made: ${explain(failure)}; its reason was: ${entry.reason}`,
      {
        code: 'overlay_failed',
        pointer: failure.name === 'MissingError' ? (entry.from ?? entry.path) : entry.path,
        cause: failure,
        hint: 'the document may have changed there: correct or drop the entry',
        details: { index, op: entry.op },
      },
    );
  });
  return copy;
}

/** The entry as the patcher takes it, with a value of its own. */
function toOperation({ op, path, from = '', value }: OverlayEntry): Operation {
  switch (op) {
    case 'copy':
    case 'move':
      return { op, from, path };
    case 'remove':
      return { op, path };
    default:
      return { op, path, value: structuredClone(value) };
  }
}

function explain(failure: Error): string {
  if (failure.name === 'MissingError') return 'nothing is there';
  if (failure.name === 'TestError') return 'another value is there';
  return failure.message;
}
