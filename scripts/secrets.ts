// `npm run compose:secrets`: writes .env, the secrets that docker-compose.yml asks for, fresh and readable by you alone.
// Never overwrites one: servers that are running, and credentials that they have issued, depend on it.
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generateKey } from '../servers/tokens/keys.ts';

/** Beside docker-compose.yml, where Compose looks for it, unless another file is named. */
const file = resolve(named() ?? fileURLToPath(new URL('../.env', import.meta.url)));

const lines = [
  '# Secrets for docker-compose.yml; made by `npm run compose:secrets`, never committed.',
  `ADMIN_SECRET=${randomBytes(32).toString('hex')}`,
  `SESSION_SECRET=${randomBytes(32).toString('hex')}`,
  `REFRESH_SECRET=${randomBytes(32).toString('hex')}`,
  `INTROSPECTION_SECRET=${randomBytes(32).toString('hex')}`,
  // In single quotes Compose takes every character as it stands; base64url and a UUID hold no quote.
  `TOKEN_KEY='${JSON.stringify(await generateKey('HS256'))}'`,
];

// The bench in its container writes into ./results as whoever runs this; root hands the directory to the image's user.
const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
if (user !== 0) lines.push(`BENCH_USER=${user}:${group}`);
/** `node` in the official Node.js images. */
const imageUser = 1000;

try {
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const exists = code === 'EEXIST';
  console.error(
    exists
      ? `auth-bench: ${file} exists already and is kept; delete it first if you want new secrets [SECRETS_EXIST]`
      : `auth-bench: cannot write the secrets: ${message} [SECRETS_NOT_WRITABLE]`,
  );
  process.exit(exists ? 2 : 3);
}
// Made by Docker instead, the directory would belong to root.
const results = join(dirname(file), 'results');
mkdirSync(results, { recursive: true });
if (process.getuid?.() === 0) chownSync(results, imageUser, imageUser);
console.log(`wrote ${file}`);

/** The file that the caller names. A misspelt option is no file: secrets would lie where nothing ignores them. */
function named(): string | undefined {
  try {
    return parseArgs({ allowPositionals: true }).positionals[0];
  } catch (error) {
    console.error(`auth-bench: ${(error as Error).message.split('.')[0]}; only a file can be named [USAGE]`);
    process.exit(2);
  }
}
