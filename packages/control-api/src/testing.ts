export {
  createMemoryBackend,
  type MemoryBackend,
  type MemoryBackendOptions,
  type MemoryUser,
} from './testing/create-memory-backend.js';
export { createMemoryServer, type MemoryServer, type MemoryServerOptions } from './testing/create-memory-server.js';
