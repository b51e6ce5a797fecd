import type { Kysely } from 'kysely';
import type { Schema } from './schema.js';

/** Kysely with the store's tables: it builds statements and runs migrations. */
export type StoreDatabase = Kysely<Schema>;
