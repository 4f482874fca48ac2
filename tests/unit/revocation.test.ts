import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { unheldTokens } from '../../servers/admin/unheld-tokens.ts';
import { BloomFilter } from '../../servers/revocation/bloom-filter.ts';
import { ExpirySlices } from '../../servers/revocation/expiry-slices.ts';
import { TokenIdSet } from '../../servers/revocation/token-id-set.ts';
import { type TokenId, tokenIdOf } from '../../servers/revocation/token-ids.ts';
import { versionCounters } from '../../servers/revocation/version-counters.ts';

const ids = (count: number) => Array.from({ length: count }, () => tokenIdOf(randomUUID()));

test('a UUID is its own id', () => {
  expect(tokenIdOf('00000001-0002-0003-0004-0000000000ff')).toEqual([1, 0x20003, 0x40000, 0xff]);
});

test('any other text has an id too, always the same', () => {
  expect(tokenIdOf('a token')).toEqual(tokenIdOf('a token'));
  expect(tokenIdOf('a token')).not.toEqual(tokenIdOf('another token'));
});

test('a UUID in capitals is another text', () => {
  const text = randomUUID();
  expect(tokenIdOf(text.toUpperCase())).not.toEqual(tokenIdOf(text));
});

test('a set holds what was added, through all its growing, and nothing else', () => {
  const [held, others] = [ids(20_000), ids(20_000)];
  const set = new TokenIdSet();
  for (const id of held) expect(set.add(id)).toBe(true);
  expect(held.every((id) => set.has(id))).toBe(true);
  expect(others.some((id) => set.has(id))).toBe(false);
  expect(set.size).toBe(20_000);
});

test('what is in a set already is not added again', () => {
  const set = new TokenIdSet();
  const [id] = ids(1) as [TokenId];
  expect([set.add(id), set.add(id), set.size]).toEqual([true, false, 1]);
});

test('ids whose words are zero are held like any other', () => {
  const set = new TokenIdSet();
  const odd: TokenId[] = [
    [0, 0, 0, 0],
    [0, 0, 0, 7],
    [7, 0, 0, 0],
  ];
  for (const id of odd) set.add(id);
  expect([odd.every((id) => set.has(id)), set.size]).toEqual([true, 3]);
});

test('ids that want the same place stand beside each other, over the end of the table too', () => {
  const set = new TokenIdSet();
  const last = Array.from({ length: 10 }, (_, index): TokenId => [0xffffffff, 1, 2, index]);
  for (const id of last) set.add(id);
  expect(last.every((id) => set.has(id))).toBe(true);
  expect(set.has([0xffffffff, 1, 2, 10])).toBe(false);
});

test.each([1_000, 10_000, 100_000])('a set of %d ids takes at most 40 bytes for each', (count) => {
  const grown = new TokenIdSet();
  for (const id of ids(count)) grown.add(id);
  expect(grown.bytes / count).toBeLessThanOrEqual(40);
});

test('a filter has what was added, always', () => {
  const filter = new BloomFilter(5_000, 0.001);
  const held = ids(5_000);
  for (const id of held) filter.add(id);
  expect(held.every((id) => filter.mayHave(id))).toBe(true);
});

test('a full filter takes as many absent ids for present as it states', () => {
  const filter = new BloomFilter(20_000, 0.01);
  for (const id of ids(20_000)) filter.add(id);
  const wrong = ids(50_000).filter((id) => filter.mayHave(id)).length / 50_000;
  expect(wrong).toBeGreaterThan(0.007);
  expect(wrong).toBeLessThan(0.013);
});

test('at one in a thousand a filter takes less than two bytes an id', () => {
  expect(new BloomFilter(1_000_000, 0.001).bytes / 1_000_000).toBeLessThan(1.8);
});

test('a token finds its slice again, and one that expires much later has another', () => {
  const slices = new ExpirySlices<string>(800);
  slices.set(1_000, 'one');
  expect(slices.get(1_000)).toBe('one');
  expect(slices.get(1_000 + 800)).toBeUndefined();
});

test('a slice is dropped when all its tokens have expired, and not before', () => {
  const slices = new ExpirySlices<string>(800);
  slices.set(1_000, 'one');
  const [, last] = slices.boundsOf(1_000);
  slices.drop(last);
  expect(slices.get(1_000)).toBe('one');
  slices.drop(last + 1);
  expect(slices.get(1_000)).toBeUndefined();
});

test('every token that is issued now expires in one of the living slices', () => {
  const slices = new ExpirySlices<string>(900);
  const now = 1_000_000;
  const living = slices.living(now).map((begin) => slices.boundsOf(begin));
  for (let exp = now; exp <= now + 900; exp += 1) {
    expect(living.some(([first, last]) => first <= exp && exp <= last)).toBe(true);
  }
});

test('a revocation changes the count of its own token', () => {
  const slots = versionCounters();
  const [id] = ids(1) as [TokenId];
  const before = slots.versionAt(slots.slotOf(id));
  slots.changed(id);
  expect(slots.versionAt(slots.slotOf(id))).not.toBe(before);
});

test('tokens that nobody holds expire evenly over the coming life, in whatever parts they are made', () => {
  const [first, second] = [
    unheldTokens({ from: 0, to: 50, of: 100 }, 1_000, 5_000),
    unheldTokens({ from: 50, to: 100, of: 100 }, 1_000, 5_000),
  ];
  expect([...first, ...second].map(({ exp }) => exp)).toEqual(Array.from({ length: 100 }, (_, n) => 5_010 + 10 * n));
});

test('tokens that nobody holds are those of as many users', () => {
  const made = unheldTokens({ from: 0, to: 1_000, of: 1_000 }, 900, 0);
  expect([new Set(made.map(({ jti }) => jti)).size, new Set(made.map(({ sub }) => sub)).size]).toEqual([1_000, 1_000]);
});
