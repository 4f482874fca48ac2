// Loaded into an instance before its server (`node --import`): every request then costs a known CPU time more.
import { subscribe } from 'node:diagnostics_channel';

const milliseconds = Number(process.env.INJECTED_MICROSECONDS) / 1_000;

// Spinning against the clock costs the same CPU time on a slow machine as on a fast one.
subscribe('http.server.request.start', () => {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
});
