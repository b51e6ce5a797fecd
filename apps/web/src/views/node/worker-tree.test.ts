import { expect, it } from 'vitest';
import { type WorkerNode, workerTree } from './worker-tree.js';

const worker = (name: string, ...needs: string[]) => ({ name, state: 'started', needs });
const shape = (nodes: readonly WorkerNode[]): unknown[] =>
  nodes.map(({ worker: { name }, alsoNeeds, children }) => [name, [...alsoNeeds], shape(children)]);

it('a worker stands under what it needs last', () => {
  const tree = workerTree([
    worker('identity'),
    worker('spool'),
    worker('login', 'identity'),
    worker('delivery', 'spool', 'login'),
    worker('api-caller', 'login'),
  ]);
  expect(shape(tree)).toEqual([
    [
      'identity',
      [],
      [
        [
          'login',
          [],
          [
            ['delivery', ['spool'], []],
            ['api-caller', [], []],
          ],
        ],
      ],
    ],
    ['spool', [], []],
  ]);
});

it('each worker is there once, whatever it claims to need', () => {
  const names: string[] = [];
  const collect = (nodes: readonly WorkerNode[]) => {
    for (const { worker: one, children } of nodes) {
      names.push(one.name);
      collect(children);
    }
  };
  collect(workerTree([worker('a', 'b'), worker('b', 'a'), worker('c', 'c'), worker('d', 'gone'), worker('e', 'a')]));
  expect(names.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
});
