import type { Schema } from './schema.js';

/** Where an operation is, and what it takes and answers. */
export interface Route {
  method: string;
  /** Below `/moorline/v1`, parameters in braces. */
  path: string;
  params: Readonly<Record<string, Schema>>;
  query: Readonly<Record<string, Schema>>;
  /** Of the success. */
  status: number;
  /** Bytes of the body at most; absent where none is taken. */
  bodyLimit?: number;
  /** Schema of the body, where there is one that this package checks. */
  body?: string;
  /** Schema of the success, where it has a body. */
  answer?: string;
}
