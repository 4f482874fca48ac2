// Says in one line which Node.js is needed, on one that is too old to say it otherwise. Plain JavaScript for that reason. On one that will
// do, what V8 has compiled is kept for the next start: a command answers in half a second instead of one.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(
    `auth-bench: Node.js 24.7 or later is needed, this is ${process.version}; on Linux "npm ci" installs the pinned one for x64 and arm64 (was it left out by --omit=optional?) [NODE_TOO_OLD]`,
  );
  process.exit(3);
}
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/auth-bench', import.meta.url)));
