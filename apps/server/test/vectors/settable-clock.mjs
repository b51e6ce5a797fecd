// Loaded into a server under test before anything else: its parent sets the wall clock, by a message over the IPC channel.
const real = Date.now.bind(Date);
let offset = 0;
Date.now = () => real() + offset;
process.on('message', ({ now }) => {
  offset = now - real();
  process.send?.('set');
});
process.channel?.unref();
