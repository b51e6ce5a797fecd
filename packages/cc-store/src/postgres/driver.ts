import type pg from 'pg';
import { StoreError } from '../errors.js';

/** What is used of node-postgres. */
export type PostgresDriver = Pick<typeof pg, 'Client' | 'Pool'>;

/**
 * Loads node-postgres on first use: a store in a file does without it.
 *
 * @throws StoreError `driver_unavailable` where it is not installed.
 */
export async function loadPostgres(): Promise<PostgresDriver> {
  try {
    const { default: driver } = await import('pg');
    return driver;
  } catch (cause) {
    throw new StoreError('loading node-postgres failed', {
      code: 'driver_unavailable',
      hint: 'run "npm install pg@8.23.1": it is an optional peer of this package',
      cause,
    });
  }
}
