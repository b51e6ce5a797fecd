import { jobStates } from '@moorline/control-api';
import { expect, it } from 'vitest';
import { knownJobStates } from './job-state.js';

it('has a word and a shape for every state of a job', () => {
  expect([...knownJobStates].sort()).toEqual([...jobStates].sort());
});
