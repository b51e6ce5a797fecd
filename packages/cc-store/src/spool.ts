export { isStoreError, StoreError, type StoreErrorCode } from './errors.js';
export { type Cursor } from './spool/append.js';
export { type SetAsideEntry, type SpoolEntry, type SpoolKind, type TakenEntry } from './spool/entry.js';
export { openSpool, type Spool, type SpoolOptions } from './spool/spool.js';
export { type SpoolStats } from './spool/stats.js';
