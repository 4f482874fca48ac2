// Issues, refreshes, introspects and revokes tokens; the resource servers believe what it signs, or ask it.
import { buildAuthorizationApp } from './authorization/app.ts';
import { run } from './serve.ts';
import { readAuthorizationSettings } from './settings.ts';

await run('authorization-server', readAuthorizationSettings, buildAuthorizationApp);
