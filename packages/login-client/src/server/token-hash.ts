import { createHash } from 'node:crypto';

/** SHA-256 of a token, hexadecimal: what may be kept of one. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');
