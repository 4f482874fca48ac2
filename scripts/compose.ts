// `npm run compose:write`: writes docker-compose.yml and deploy/haproxy.cfg from the topology of the local rig.
// Both files are committed; run it after a change of bench/rig/topology.ts, bench/rig/compose.ts, or the strategies and
// revocation checks that servers/ registers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { composeBalancerFile, composeFile } from '../bench/rig/compose.ts';

const root = new URL('../', import.meta.url);
const files = { 'docker-compose.yml': composeFile(), 'deploy/haproxy.cfg': composeBalancerFile() };

for (const [name, text] of Object.entries(files)) {
  mkdirSync(new URL('./', new URL(name, root)), { recursive: true });
  writeFileSync(new URL(name, root), text);
  console.log(`wrote ${name}`);
}
