import { fileURLToPath } from 'node:url';

/** Where V8 keeps what it has compiled from run to run (NODE_COMPILE_CACHE), as `scripts/require-node.js` does for commands. */
export const compileCache = fileURLToPath(new URL('../../node_modules/.cache/auth-bench', import.meta.url));
