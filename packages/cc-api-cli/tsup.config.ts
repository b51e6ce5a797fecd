import { lib } from '../../tsup.base.js';

export default lib({
  index: 'src/index.ts',
  main: 'src/main.ts',
});
