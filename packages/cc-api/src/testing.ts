export {
  createInMemoryBackend,
  type InMemoryBackend,
  type InMemoryBackendOptions,
  type StoredNodeState,
} from './testing/in-memory-backend.js';
