// Real servers refuse what they have to, with every algorithm and in cookies (servers.test.ts: every strategy as it usually is); and a
// server that does not is found out.
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenCases } from '../../bench/load/negative-cases/token-cases.ts';
import { shortMemory, tryToGetIn } from '../../bench/load/refusals.ts';
import { isSigned, strategyNames } from '../../bench/plan/strategies.ts';
import { type Rig, type RigOptions, startRig } from '../../bench/rig/rig.ts';
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { generateKey } from '../../servers/tokens/keys.ts';
import { clientOf, startAuthorizationServers } from './authorization.ts';
import { commandLine, testDirectory } from './cli.ts';
import { testScope } from './rig.ts';

const { run } = commandLine();
const scope = await testScope();

async function casesOn(strategy: string, algorithm: Algorithm = 'HS256', more: Partial<RigOptions> = {}) {
  const order = { strategy, algorithm, instances: 2, balancer: 'none', settings: shortMemory, ...more } as const;
  const rig = await startRig(scope, order, null);
  try {
    return await tryToGetIn(rig, scope);
  } finally {
    await rig.stop();
  }
}

/** Of an instance that takes its keys from the authorization server of a rig; what it issues is signed with the first of them. */
const fetching = (rig: Rig) => ({ JWKS_URL: clientOf(scope, rig).url('/.well-known/jwks.json') });

const others = algorithms.filter((algorithm) => algorithm !== 'HS256');

test.concurrent.each(others)('jwt refuses every case with %s', async (algorithm) => {
  expect((await casesOn('jwt', algorithm)).wrong).toEqual([]);
});

test.concurrent.each(strategyNames.filter(isSigned))('%s rejects every case in a cookie', async (strategy) => {
  expect((await casesOn(strategy, 'HS256', { settings: { CARRIAGE: 'cookie' } })).wrong).toEqual([]);
});

describe.each(others)('by a key of %s that is looked up by its `kid`,', (algorithm) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startAuthorizationServers(scope, { strategy: 'jwt', algorithm });
  });
  afterAll(() => rig.stop());

  test('jwt-cached rejects every case', async () => {
    expect((await casesOn('jwt-cached', algorithm, { settings: fetching(rig) })).wrong).toEqual([]);
  });

  test('an authorization server says of no forged token that it is active', async () => {
    const client = clientOf(scope, rig);
    const issue = async (user: string) => {
      const { accessToken } = await client.begin(user);
      return { user, header: 'authorization', value: `Bearer ${accessToken}` } as const;
    };
    const cases = await tokenCases({
      credential: await issue('ada'),
      other: await issue('grace'),
      revoked: null,
      algorithm,
      key: await scope.keyOf(algorithm),
      foreignKey: await generateKey(algorithm),
      sessionSecret: '',
    });
    const wrong: string[] = [];
    for (const { name, headers, refusedWith } of cases) {
      const { active = false } = await client.introspect(headers[0]?.[1].replace('Bearer ', ''));
      if (active !== (refusedWith === null)) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });
});

describe('a server that', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const directory = testDirectory();

  /** A copy of what a server and a bench are, with one change; the text must be there. */
  function changed(name: string, file: string, from: string | RegExp, to: string): string {
    const tree = join(directory, name);
    for (const part of ['servers', 'bench', 'package.json'])
      cpSync(join(root, part), join(tree, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    const text = readFileSync(join(tree, file), 'utf8');
    expect(text).toMatch(from);
    writeFileSync(join(tree, file), text.replace(from, to));
    return tree;
  }
  const verification = 'servers/tokens/access-token.ts';

  test.concurrent.each([
    ['takes any type of token', 'jwt', verification, "typ: 'at+jwt',\n", '', 'typ JWT'],
    ['ignores the audience of a token', 'jwt', verification, 'audience: profile.audience,', '', 'aud'],
    ['reads other spellings', 'jwt', verification, /if \(!compactForm.*\n/, '', 'padding behind the signature'],
    ['asks for no types of claims', 'jwt', verification, 'if (!texts ||', 'if (false && ', 'sub empty'],
    [
      'remembers a token by the end of its signature alone',
      'jwt-cached',
      'servers/exact-key-cache.ts',
      'entry?.text === text',
      'entry !== undefined',
      'another user',
    ],
    [
      'saves every session at the end of a request',
      'session',
      'servers/strategies/session.ts',
      'resave: false',
      'resave: true',
      'a touch after the destroy',
    ],
    [
      'keeps a session through a login',
      'session',
      'servers/strategies/session.ts',
      'await regenerate(request);',
      '',
      'a login with the session of somebody else',
    ],
    [
      'checks no signature of a cookie',
      'session-cached',
      'servers/store/sessions.ts',
      'return valid ? value : null;',
      "return signed.replace(/^s:/, '').split('.')[0] ?? null;",
      'one character of the signature changed',
    ],
  ])('%s is found out', async (what, strategy, file, from, to, name) => {
    const facts = await casesOn(strategy, 'HS256', { tree: changed(what, file, from, to) });
    expect(facts.falseAccepts).toBeGreaterThan(0);
    expect(facts.wrong.join('\n')).toContain(name);
  });

  test('takes the key that a token brings along in place of those that it fetches is found out', async () => {
    const rig = await startAuthorizationServers(scope, { strategy: 'jwt', algorithm: 'ES256' });
    const from = 'await keyNamed(header, token);';
    const to = `header.jwk ? await (await import('jose')).importJWK(header.jwk, header.alg) : ${from}`;
    const tree = changed('takes any key', 'servers/tokens/remote-keys.ts', from, to);
    const { wrong } = await casesOn('jwt', 'ES256', { tree, settings: fetching(rig) });
    expect(wrong).toContain('jwk in the header (status 200)');
    await rig.stop();
  });

  test('accepts what it should not makes a bench invalid: exit code 3, and the case by its name', async () => {
    const tree = changed('bench', verification, "typ: 'at+jwt',\n", '');
    const args = [
      'run',
      '--profile',
      'smoke',
      '--only',
      'security',
      '--strategy',
      'jwt-cached',
      '--out',
      join(tree, 'out'),
    ];
    const result = await run(join(tree, 'bench/cli.ts'), args);
    expect(result.stderr).toMatch(/\[RUN_INVALID\]\n$/);
    expect(result.stdout).toContain('typ JWT (status 200)');
    expect(result.code).toBe(3);
  });
});
