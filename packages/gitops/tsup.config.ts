import { part } from '../../tsup.base.js';

export default part({ index: 'src/index.ts' });
