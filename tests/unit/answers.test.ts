import { expect, test } from 'vitest';
import { judge } from '../../bench/load/answers.ts';

const valid = { user: 'ada', valid: true };
const revoked = { user: 'ada', valid: false };

test.each([
  ['a valid credential accepted for its user', valid, 200, '{"user":"ada"}', 'right'],
  ['a valid credential accepted for somebody else', valid, 200, '{"user":"eve"}', 'falseAccept'],
  ['an acceptance without a user', valid, 200, '{}', 'falseAccept'],
  ['an acceptance that is not JSON', valid, 200, 'ok', 'falseAccept'],
  ['a valid credential refused', valid, 401, '', 'falseReject'],
  ['a valid credential forbidden', valid, 403, '', 'falseReject'],
  ['a revoked credential refused', revoked, 401, '', 'right'],
  ['a revoked credential accepted', revoked, 200, '{"user":"ada"}', 'falseAccept'],
  ['a server that cannot tell', revoked, 503, '', 'error'],
  ['a redirect', valid, 302, '', 'error'],
] as const)('%s', (_name, credential, status, body, verdict) => {
  expect(judge(credential, status, body)).toBe(verdict);
});
