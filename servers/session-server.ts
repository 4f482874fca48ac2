// Twin one: the server remembers. Runs the session strategies (and `none`).
import { serve } from './serve.ts';

await serve('session-server');
