import type { ServerContext } from './context.js';
import type { Generation } from './control-channel.js';
import { Vm, type VmAddress } from './vm.js';

export interface RegisterOptions {
  /** Is aborted when whoever asked is gone: nobody would be told that the VM is ready. */
  gone: AbortSignal;
  /** Sessions that are to be opened at once. Default none. */
  sessions?: number | undefined;
}

/**
 * What `hello` and `RegisterVM` share: the id is known from now on, the VM is connected to, its agent is ready.
 *
 * @throws ProxyError; then the id is free again.
 */
export async function register(
  address: VmAddress,
  generation: Generation,
  context: ServerContext,
  { gone, sessions = 0 }: RegisterOptions,
): Promise<Vm> {
  const vm = new Vm(address, generation, context);
  vm.checkRoom(sessions);
  context.containers.add(vm);
  const giveUp = (): void => vm.close();
  gone.addEventListener('abort', giveUp, { once: true });
  try {
    await vm.connect();
  } catch (error) {
    context.containers.undo(vm);
    throw error;
  } finally {
    gone.removeEventListener('abort', giveUp);
  }
  return vm;
}
