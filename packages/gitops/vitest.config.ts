import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.js';

/** Files share a process, and what it has loaded: none of them leaves anything changed that belongs to all. */
export default mergeConfig(shared, { test: { isolate: false } });
