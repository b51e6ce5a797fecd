export { createGreetHandler, type GreetHandler, type GreetHandlerOptions } from './server/greet-handler.js';
