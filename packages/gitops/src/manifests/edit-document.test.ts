import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { editDocument } from './edit-document.js';

const annotations = (name: string) => ['metadata', 'annotations', name];

const written = `---
# The pears' API.
apiVersion: apps/v1
kind: Deployment   # one of two
metadata:
  name: pear       # as in the market
  annotations:
    fluxcd.io/automated: "true"  # by Kim

    note: >-
      folded
      text
spec:
  template:
    spec:
      containers:
      -   name: api
          image:   'quay.io/acme/pear:1.0'   # see the wiki
          args: ["--a",   '--b']
      - {name: side, image: busybox:1}
`;

const image = (index: number) => ['spec', 'template', 'spec', 'containers', index, 'image'];

describe('edits of a document', () => {
  it('changes an image in its quotes, and not one character beside it', () => {
    expect(editDocument(written, [{ path: image(0), value: 'quay.io/acme/pear:1.1' }])).toBe(
      written.replace('pear:1.0', 'pear:1.1'),
    );
  });

  it('changes an image in a map on one line', () => {
    expect(editDocument(written, [{ path: image(1), value: 'busybox:2' }])).toBe(
      written.replace('busybox:1', 'busybox:2'),
    );
  });

  it('adds an annotation behind the others, whatever the last one is', () => {
    expect(editDocument(written, [{ path: annotations('fluxcd.io/locked'), value: 'true' }])).toBe(
      written.replace('      text\n', '      text\n    fluxcd.io/locked: "true"\n'),
    );
  });

  it('takes an annotation away with its line and its comment', () => {
    expect(editDocument(written, [{ path: annotations('fluxcd.io/automated'), value: undefined }])).toBe(
      written.replace('    fluxcd.io/automated: "true"  # by Kim\n', ''),
    );
  });

  it('does several edits at once', () => {
    const edited = editDocument(written, [
      { path: image(0), value: 'quay.io/acme/pear:2.0' },
      { path: annotations('fluxcd.io/tag.api'), value: 'semver:~2' },
      { path: annotations('fluxcd.io/automated'), value: 'false' },
    ]);
    expect(parse(edited)).toMatchObject({
      metadata: { annotations: { 'fluxcd.io/tag.api': 'semver:~2', 'fluxcd.io/automated': 'false' } },
    });
    expect(edited).toContain('# by Kim');
    expect(edited.split('\n')).toHaveLength(written.split('\n').length + 1);
  });

  it.each([
    [
      'no annotations',
      'metadata:\n  name: a\n  labels:\n    b: c\n',
      'metadata:\n  name: a\n  annotations:\n    x/y: "1"\n  labels:\n    b: c\n',
    ],
    [
      'annotations without a value',
      'metadata:\n  name: a\n  annotations: # none\n',
      'metadata:\n  name: a\n  annotations: # none\n    x/y: "1"\n',
    ],
    [
      'annotations: {}',
      'metadata:\n  name: a\n  annotations: {}\n',
      'metadata:\n  name: a\n  annotations: { x/y: "1" }\n',
    ],
    [
      'annotations on one line',
      'metadata:\n  name: a\n  annotations: { b: c }\n',
      'metadata:\n  name: a\n  annotations: { b: c, x/y: "1" }\n',
    ],
    [
      'no line end',
      'metadata:\n  annotations:\n    b: c\n  name: a',
      'metadata:\n  annotations:\n    b: c\n    x/y: "1"\n  name: a',
    ],
    ['no line end at the place', 'metadata:\n  name: a', 'metadata:\n  name: a\n  annotations:\n    x/y: "1"'],
    [
      'four blanks',
      'metadata:\n    annotations:\n        b: c\n    name: a\n',
      'metadata:\n    annotations:\n        b: c\n        x/y: "1"\n    name: a\n',
    ],
    ['JSON', '{"metadata": {"name": "a"}}\n', '{"metadata": {"name": "a", "annotations": {"x/y":"1"}}}\n'],
  ])('adds the first annotation: %s', (_, before, after) => {
    expect(editDocument(before, [{ path: annotations('x/y'), value: '1' }])).toBe(after);
  });

  it.each([
    [
      'the only one',
      'metadata:\n  annotations:\n    x/y: "1"\n  name: a\n',
      'metadata:\n  annotations:\n    {}\n  name: a\n',
    ],
    [
      'the first on a line',
      'metadata: { annotations: { x/y: "1", b: c }, name: a }\n',
      'metadata: { annotations: { b: c }, name: a }\n',
    ],
    [
      'the last on a line',
      'metadata: { annotations: { b: c, x/y: "1" }, name: a }\n',
      'metadata: { annotations: { b: c }, name: a }\n',
    ],
    [
      'a block text',
      'metadata:\n  annotations:\n    x/y: |\n      1\n      2\n    b: c\n',
      'metadata:\n  annotations:\n    b: c\n',
    ],
  ])('takes an annotation away: %s', (_, before, after) => {
    expect(editDocument(before, [{ path: annotations('x/y'), value: undefined }])).toBe(after);
  });

  it.each([
    ['an alias', 'spec:\n  a: &image b/c:1\n  image: *image\n'],
    ['an anchor that others use', 'spec:\n  image: &image b/c:1\n  other: *image\n'],
    ['a block text', 'spec:\n  image: >-\n    b/c:1\n'],
  ])('refuses what would change more, or is in the way: %s', (_, text) => {
    const edit = () => editDocument(text, [{ path: ['spec', 'image'], value: 'b/c:2' }]);
    expect(edit).toThrow(expect.objectContaining({ name: 'GitopsError', code: 'edit_refused' }));
  });

  it('writes over what came by a merge, and leaves that alone', () => {
    const text = 'base: &base { image: b/c:1 }\nspec:\n  <<: *base\n';
    const edited = editDocument(text, [{ path: ['spec', 'image'], value: 'b/c:2' }]);
    expect(edited).toBe(`${text}  "image": b/c:2\n`);
  });
});
