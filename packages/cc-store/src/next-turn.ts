/** The next turn of the event loop, behind the input and output of this one: what arrived meanwhile is answered first. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
