import { resolve } from 'node:path';

/** The repository's root folder. */
export const root = resolve(import.meta.dirname, '../..');

/** An executable of the root's node_modules: a script that Node runs. */
export const bin = (name: string): string => resolve(root, 'node_modules/.bin', name);
