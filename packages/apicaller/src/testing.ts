export type { MessageReceiver, MessageSocket } from './rpc/message-socket.js';
export { createMemoryEntityStore, type MemoryEntityStore } from './server/memory-entity-store.js';
export { addFakeAgents, type FakeAgent } from './testing/agent-entities.js';
export { connectInMemory } from './testing/connect-in-memory.js';
export type { MemoryInfo, MemoryOpenOptions } from './testing/connect-over.js';
export { createMessagePair, type MemorySocket } from './testing/message-pair.js';
export {
  type Answer,
  createScriptedController,
  type RecordedCall,
  type ScriptedController,
  type ScriptOptions,
} from './testing/scripted-controller.js';
export { closes, delays, drops, fails, type Step } from './testing/steps.js';
