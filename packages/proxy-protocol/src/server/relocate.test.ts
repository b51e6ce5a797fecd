import { expect, it } from 'vitest';
import { JsonText } from '../wire/json-text.js';
import { relocate, type StartCommand } from './relocate.js';

const located = (hyperName: StartCommand, data: string, ioBase = 3): unknown =>
  JSON.parse(Buffer.from(relocate(hyperName, JsonText.parse(Buffer.from(data)), ioBase).payload).toString());

it('keeps what the original knows as it was written, and loses the rest', () => {
  const { payload, container } = relocate(
    'newcontainer',
    JsonText.parse(
      Buffer.from(
        '{"ID":"ct1","fsmap":[{ "source":"a" }],"sysctl":{"k":"v"},"volumes":[],"other":1,"constraints":{"CPUQuota":9007199254740993},' +
          '"process":{"user":"0","group":"","additionalGroups":["1"],"args":["a\\u0062"],"envs":[],"columns":80,"x":2}}',
      ),
    ),
    5,
  );
  expect(container).toBe('ct1');
  expect(Buffer.from(payload).toString()).toBe(
    '{"id":"ct1","rootfs":"","image":"","fsmap":[{ "source":"a" }],"sysctl":{"k":"v"},' +
      '"process":{"terminal":false,"stdio":5,"stderr":6,"args":["a\\u0062"],"workdir":"","user":"0","additionalGroups":["1"],"columns":80,' +
      '"noNewPrivileges":false,"capabilities":{"bounding":null,"effective":null,"inheritable":null,"permitted":null,"ambient":null}},' +
      '"restartPolicy":"","initialize":false,"systemMountsInfo":{"bindMountDev":false,"devShmSize":0},' +
      '"constraints":{"CPUQuota":9007199254740993,"CPUPeriod":0}}',
  );
});

it('gives a terminal no number for stderr', () => {
  expect(located('execcmd', '{"container":"ct1","process":{"terminal":true}}')).toMatchObject({
    container: 'ct1',
    process: { terminal: true, stdio: 3 },
  });
  expect(located('execcmd', '{"process":{"terminal":true}}')).not.toHaveProperty('process.stderr');
});

it.each([
  ['newcontainer', 'null', 'bad_process', 'newcontainer without a process'],
  ['newcontainer', '[]', 'invalid_message', 'json: cannot unmarshal array into Go value of type hyperstart.Container'],
  ['execcmd', '{"process":{"stdio":5}}', 'bad_process', 'expected process.Stdio to be 0, got 5'],
  ['execcmd', '{"process":{"stderr":6}}', 'bad_process', 'expected process.Stderr to be 0, got 6'],
  [
    'execcmd',
    '{"process":{"args":"ls"}}',
    'invalid_message',
    'json: cannot unmarshal string into Go struct field .args of type array',
  ],
] as const)('refuses %s %s', (hyperName, data, code, text) => {
  expect(() => located(hyperName, data)).toThrow(expect.objectContaining({ code, text }));
});

it('needs data', () => {
  expect(() => relocate('execcmd', undefined, 3)).toThrow('unexpected end of JSON input');
});
