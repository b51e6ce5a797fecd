export { createMemoryFetch } from './testing/memory-fetch.js';
