// Twin two: the client carries. Runs the token strategies (and `none`).
import { serve } from './serve.ts';

await serve('token-server');
