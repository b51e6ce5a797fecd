import { lib } from '../../tsup.base.js';

export default lib({
  index: 'src/index.ts',
  nats: 'src/nats.ts',
  testing: 'src/testing.ts',
});
