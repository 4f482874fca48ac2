// A credential as the answer to a login hands it out.
import { sessionCookie, tokenCookie } from '../strategies/cookie.ts';

/** A credential as its client presents it: one request header. */
export interface IssuedCredential {
  readonly user: string;
  readonly header: 'authorization' | 'cookie' | 'x-user';
  readonly value: string;
  /** Where there is one: what the credential can be renewed with. */
  readonly refreshToken?: string;
}

/** Turns the answer to a login into the header with which a client would come back. */
export function presented(response: {
  statusCode: number;
  body: string;
  headers: Record<string, unknown>;
}): IssuedCredential {
  if (response.statusCode !== 200) throw new Error(`issuing failed with status ${response.statusCode}`);
  const answer = JSON.parse(response.body) as Record<string, string | undefined>;
  const { user, claimed, access_token: token, refresh_token: refreshToken } = answer;
  if (user === undefined) throw new Error('the answer to a login names no user');
  const [cookie] = [response.headers['set-cookie'] ?? []].flat() as string[];
  const [named = ''] = cookie?.split(';') ?? [];
  if ([sessionCookie, tokenCookie].some(({ name }) => named.startsWith(`${name}=`)))
    return { user, header: 'cookie', value: named };
  if (token)
    return { user, header: 'authorization', value: `Bearer ${token}`, ...(refreshToken ? { refreshToken } : {}) };
  if (claimed) return { user, header: 'x-user', value: claimed };
  throw new Error('the answer to a login holds no credential');
}
