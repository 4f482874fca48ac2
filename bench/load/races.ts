// What several requests at once must not bring about: a credential that comes back after it was ended, or one that its holder
// chose.
import { type IssuedCredential, presented } from '../../servers/admin/issued-credential.ts';
import { isRevocable } from '../plan/strategies.ts';
import { issueCredentials, registerAccounts } from '../rig/admin.ts';
import type { Rig } from '../rig/rig.ts';
import type { RunScope } from '../rig/run-scope.ts';
import type { Judged } from './answers.ts';
import { type Answer, ask, isRefused, itself, soon } from './asking.ts';
import { carrierOf } from './negative-cases/carrier.ts';
import { signedCookie } from './negative-cases/cookie-cases.ts';

interface Ground {
  readonly rig: Rig;
  readonly scope: RunScope;
}

type Race = (ground: Ground) => Promise<Judged[]>;

const account = { user: 'mary', password: 'correct horse' };

/** Requests under way, at each instance, while a credential is ended. */
const underWay = 20;

const always: Record<string, Race> = {
  'parallel requests while it logs out': async ({ rig }) => {
    const credential = await issued(rig, 'joan');
    const volley = () => rig.instances.flatMap(({ url }) => times(underWay, () => ask(url, itself(credential))));
    const before = volley();
    const ended = logout(rig, 1, credential);
    await Promise.all([...before, ended, ...volley()]);
    return [judgeLogout(await ended), ...(await staysRefused(rig, credential))];
  },
};

const ofSessions: Record<string, Race> = {
  'a login with the session of somebody else': async ({ rig }) => {
    await registerAccounts(rig, [account]);
    const planted = await issued(rig, 'mallory');
    const after = await login(rig, planted);
    return [
      chosenAnew(after, planted.value),
      ...(await staysAccepted(rig, after)),
      ...(await staysRefused(rig, planted)),
    ];
  },
  'a login with an id that its client made up': async ({ rig, scope }) => {
    await registerAccounts(rig, [account]);
    const { proof, carry } = carrierOf(await issued(rig, 'mallory'));
    const [[, value = ''] = []] = carry(signedCookie(proof, 'made-up', scope.sessionSecret));
    const planted: IssuedCredential = { user: account.user, header: 'cookie', value };
    const after = await login(rig, planted);
    return [chosenAnew(after, 'made-up'), ...(await staysAccepted(rig, after)), ...(await staysRefused(rig, planted))];
  },
};

/** With Redis told to put off writes, so that their order is the worst that there is. */
const ofSlowSessions: Record<string, Race> = {
  'a touch after the destroy': async ({ rig }) => {
    const credential = await issued(rig, 'joan');
    const writes = await putOffWrites(rig);
    // Everywhere, for that destroys a session once; a plain logout does so again at its end.
    const ended = awaitedLater(logout(rig, 1, credential, '/logout-everywhere'));
    await writes.waiting(1);
    // It still finds the session, and touches it when that has been destroyed.
    const touching = awaitedLater(ask(at(rig, 0), itself(credential)));
    await Promise.race([writes.waiting(2), touching]);
    await writes.goOn();
    await touching;
    return [judgeLogout(await ended), ...(await staysRefused(rig, credential))];
  },
  'a logout while a login saves slowly': async ({ rig }) => {
    await registerAccounts(rig, [account]);
    const credential = await issued(rig, 'joan');
    const writes = await putOffWrites(rig);
    const saving = awaitedLater(login(rig, credential));
    await writes.waiting(1);
    const ended = awaitedLater(logout(rig, 1, credential));
    await writes.waiting(2);
    await writes.goOn();
    const after = await saving;
    return [judgeLogout(await ended), ...(await staysAccepted(rig, after)), ...(await staysRefused(rig, credential))];
  },
};

/** The races for a credential, by name. Writes are not put off in a Redis that is not ours. */
export function racesFor(credential: IssuedCredential, { order, redis }: Rig): Record<string, Race> {
  const isSession = carrierOf(credential).kind === 'session';
  return {
    ...(isRevocable(order.strategy) ? always : {}),
    ...(isSession ? ofSessions : {}),
    ...(isSession && redis?.dump ? ofSlowSessions : {}),
  };
}

/** A promise that may fail before it is awaited, as when the rig ends: it is told then. */
export function awaitedLater<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {});
  return answer;
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
const at = ({ instances }: Rig, index: number) => (instances[index] as { url: string }).url;

const issued = async (rig: Rig, user: string) => (await issueCredentials(rig, [user]))[0] as IssuedCredential;

const logout = (rig: Rig, instance: number, credential: IssuedCredential, path = '/logout'): Promise<Answer> =>
  ask(at(rig, instance), { ...itself(credential, path), method: 'POST' });

/** Logs in at the first instance with what the client holds already. */
async function login(rig: Rig, { header, value }: IssuedCredential): Promise<IssuedCredential> {
  const headers = [[header, value]] as const;
  const answer = await ask(at(rig, 0), { path: '/login', method: 'POST', headers, body: account });
  return presented({ ...answer, statusCode: answer.status });
}

/** One that had been ended a moment earlier is refused. */
const judgeLogout = ({ status }: Answer): Judged => ({
  status,
  verdict: status === 200 || status === 401 ? 'right' : 'error',
});

const chosenAnew = ({ value }: IssuedCredential, planted: string): Judged => ({
  status: 200,
  verdict: value.includes(planted) ? 'falseAccept' : 'right',
});

/** Refused by every instance soon, and then again. */
async function staysRefused({ instances }: Rig, credential: IssuedCredential): Promise<Judged[]> {
  const answers = instances.map(async ({ url }): Promise<Judged> => {
    await soon(() => isRefused(url, credential));
    const { status } = await ask(url, itself(credential));
    return { status, verdict: status === 401 ? 'right' : status === 200 ? 'falseAccept' : 'error' };
  });
  return Promise.all(answers);
}

async function staysAccepted({ instances }: Rig, credential: IssuedCredential): Promise<Judged[]> {
  const answers = instances.map(async ({ url }): Promise<Judged> => {
    const { status } = await ask(url, itself(credential));
    return { status, verdict: status === 200 ? 'right' : status === 401 ? 'falseReject' : 'error' };
  });
  return Promise.all(answers);
}

/** Milliseconds after which Redis goes on by itself: less than instances wait for a command. */
const longestPause = 1_500;

/** Redis answers reads, and puts off writes until it is told to go on; they are then done in the order in which they came. */
async function putOffWrites({ redis }: Rig) {
  const client = (redis as NonNullable<Rig['redis']>).client;
  await client.call('CLIENT', 'PAUSE', longestPause, 'WRITE');
  return {
    /** Waits until so many clients have a write waiting. */
    waiting: (clients: number) =>
      soon(async () => {
        const list = String(await client.client('LIST'));
        return list.split('\n').filter((line) => / flags=\w*b/.test(line)).length >= clients;
      }),
    goOn: () => client.call('CLIENT', 'UNPAUSE'),
  };
}
