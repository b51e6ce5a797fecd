export { CcApiCliError, type CcApiCliErrorCode, isCcApiCliError } from './error.js';
export type { LoadOptions } from './document/load-document.js';
export { type OverlayEntry } from './document/overlay.js';
export type { Change, Comparison, Subject } from './diff/change.js';
export { diff, type DiffOptions } from './diff/diff.js';
export { generate, type Generated, type GenerateOptions, type View } from './generate/generate.js';
export { type Part, parts } from './generate/generate-files.js';
export type { FileChange } from './generate/write-folder.js';
