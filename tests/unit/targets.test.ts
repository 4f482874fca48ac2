// Servers that the user runs: where they are said to be, and what they tell of themselves.
import { expect, test } from 'vitest';
import { coreNumbers, coresOf } from '../../bench/rig/cores.ts';
import { addressesOf, describeTargets, type ProbedInstance, parseTarget } from '../../bench/rig/targets.ts';

const instance = (place: ProbedInstance['place']): ProbedInstance => ({
  url: 'http://10.0.0.5:3000',
  pid: null,
  place,
});
const place = { cores: '1', cpuLimit: null, asks: null };

test.each([
  ['http://host:80', { door: 'http://host:80', instances: 'http://host:80' }],
  ['http://balancer:81=http://host:80', { door: 'http://balancer:81', instances: 'http://host:80' }],
])('%s is read as its door and its instances', (text, target) => {
  expect(parseTarget(text)).toEqual(target);
});

test.each(['http://127.0.0.1:8081', 'http://[::1]:8081', 'https://127.0.0.1'])(
  '%s is one instance, as it was named',
  async (url) => {
    expect(await addressesOf(url)).toEqual([url]);
  },
);

test.each([
  ['one core', [place, place], 'targets on core 1, as they tell themselves'],
  ['a limit', [{ ...place, cores: '0-3', cpuLimit: 0.5 }], 'targets on core 0-3 with a limit of 0.5 CPU, as they'],
  ['different cores', [place, { ...place, cores: '2' }], 'targets on core 1, or core 2, as they tell'],
  ['no probe', [place, null], 'the targets do not tell where they run'],
])('servers with %s are described so', (_name, places, words) => {
  const text = describeTargets(places.map(instance), '0');
  expect([text.startsWith('generator on core 0; '), text]).toEqual([true, expect.stringContaining(words)]);
});

test.each([
  ['', []],
  ['0', [0]],
  ['0-2,5', [0, 1, 2, 5]],
])('the list of cores "%s" is read as %o', (list, numbers) => {
  expect(coreNumbers(list)).toEqual(numbers);
});

test('the cores of a process are read from its status', () => {
  expect(coresOf('Name:\tnode\nCpus_allowed:\t2\nCpus_allowed_list:\t1\n')).toBe('1');
});
