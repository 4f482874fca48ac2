// No recognition at all: believes whom the caller says to be. The baseline that every other strategy is a ratio of.
import fp from 'fastify-plugin';
import { Unauthenticated } from '../errors.ts';
import type { StrategyPlugin } from './contract.ts';

const none: StrategyPlugin = async (app) => {
  app.decorate('strategy', {
    async recognise(request) {
      const user = request.headers['x-user'];
      if (typeof user !== 'string') throw new Unauthenticated('no x-user header');
      return user;
    },
    issue: async (_request, _reply, user) => ({ claimed: user }),
    revokeOwn: async () => false,
    revokeCredential: async () => false,
    revokeUser: async () => false,
  });
};

export default fp(none, { name: 'strategy-none' });
