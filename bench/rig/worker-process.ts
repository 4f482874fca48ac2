// The other end of a worker: loads the module it is told and calls its functions, one after the other.
const [, , file = ''] = process.argv;
const api = (await import(file)) as Record<string, (...args: unknown[]) => unknown>;
const send = (reply: unknown) => process.send?.(reply);

process.on('message', async ({ name, args }: { name: string; args: unknown[] }) => {
  try {
    send({ value: await api[name]?.(...args) });
  } catch (error) {
    send({ error: (error as Error).message });
  }
});
process.on('disconnect', () => process.exit());
send({ value: 'ready' });
