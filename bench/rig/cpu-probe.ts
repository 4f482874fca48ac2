// Loaded into a server before its own code (`node --import`) where the kernel does not tell CPU finely: the server tells its own.
// One byte asks; the answer is the CPU seconds used so far, as a double.
import { createServer } from 'node:net';

createServer({ noDelay: true }, (socket) => {
  const answer = Buffer.alloc(8);
  socket.on('error', () => socket.destroy());
  socket.on('data', () => {
    const { user, system } = process.cpuUsage();
    answer.writeDoubleLE((user + system) / 1e6);
    socket.write(answer);
  });
})
  .listen(Number(process.env.CPU_PROBE_PORT), '127.0.0.1')
  .unref();
