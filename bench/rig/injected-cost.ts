// Loaded into an instance before its server (`node --import`): makes each request cost a known amount of work more.
import { createHash } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';

const turns = Number(process.env.INJECTED_TURNS);
const claims = { iss: 'https://issuer.test', sub: 'user-0000001', scope: 'read write', exp: 2_000_000_000 };

/** One turn is a mix of what servers do: some JSON, some hashing in native code, some garbage. */
function turn(n: number): string {
  const text = JSON.stringify({ ...claims, jti: n });
  return createHash('sha256').update(JSON.parse(text).sub).digest('base64url');
}

let owed = 0;
let done = 0;
// A fraction of a turn is owed until it has added up to a whole one.
subscribe('http.server.request.start', () => {
  for (owed += turns; owed >= 1; owed -= 1) turn(done++);
});
