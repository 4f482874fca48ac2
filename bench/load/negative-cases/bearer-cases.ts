// What can be wrong with an Authorization header whatever the token in it: its scheme, two tokens at once, its length.
import { carrierOf } from './carrier.ts';
import { type Case, control, type Material, negative, tooLarge } from './contract.ts';

/** Header values, from a valid token and another user's. RFC 6750 section 2.1: `Bearer`, one space or more, one token. */
const values: Record<string, (token: string, other: string) => string> = {
  'an empty header': () => '',
  'the scheme alone': () => 'Bearer',
  'the scheme and a space': () => 'Bearer ',
  'no scheme': (token) => token,
  'the scheme Basic': (token) => `Basic ${token}`,
  'the scheme Basic, the token as password': (token) => `Basic ${Buffer.from(`user:${token}`).toString('base64')}`,
  'the scheme DPoP': (token) => `DPoP ${token}`,
  'the scheme Token': (token) => `Token ${token}`,
  'a scheme that begins like Bearer': (token) => `Bearerer ${token}`,
  'no space': (token) => `Bearer${token}`,
  'a tab for the space': (token) => `Bearer\t${token}`,
  'a colon behind the scheme': (token) => `Bearer: ${token}`,
  'the scheme twice': (token) => `Bearer Bearer ${token}`,
  'the token as a parameter': (token) => `Bearer token="${token}"`,
  'the token in quotes': (token) => `Bearer "${token}"`,
  'a parameter behind the token': (token) => `Bearer ${token}, realm="x"`,
  'a space in the token': (token) => `Bearer ${token.slice(0, 20)} ${token.slice(20)}`,
  'a no-break space behind the token': (token) => `Bearer ${token}\u00a0`,
  'a NUL as text behind the token': (token) => `Bearer ${token}%00`,
  'the token twice, run together': (token) => `Bearer ${token}${token}`,
  'the token twice, a space between': (token) => `Bearer ${token} ${token}`,
  'the token twice, a comma between': (token) => `Bearer ${token},${token}`,
  'two tokens, run together': (token, other) => `Bearer ${token}${other}`,
  'two tokens, a comma between': (token, other) => `Bearer ${token},${other}`,
  'two credentials in one header': (token, other) => `Bearer ${token}, Bearer ${other}`,
  'the word null': () => 'Bearer null',
  'the word undefined': () => 'Bearer undefined',
  'the name of a prototype': () => 'Bearer __proto__',
};

/** Right by RFC 9110 sections 11.1 and 11.4: the scheme's case does not matter, nor how many spaces there are. */
const alsoRight: Record<string, (token: string) => string> = {
  'the scheme in lower case': (token) => `bearer ${token}`,
  'the scheme in upper case': (token) => `BEARER ${token}`,
  'two spaces': (token) => `Bearer  ${token}`,
};

/** Characters that make a header longer than a token ever is, within and beyond what a server reads (16,384 bytes). */
const long = { within: 10_000, beyond: 20_000 };

export function bearerCases({ credential, other, revoked }: Material): Case[] {
  const [{ proof: token }, { proof: others }] = [carrierOf(credential), carrierOf(other)];
  const authorization = (value: string) => [['authorization', value]] as const;
  const elsewhere = (name: string, ...headers: [string, string][]) => negative(name, headers);
  return [
    ...Object.entries(values).map(([name, value]) => negative(name, authorization(value(token, others)))),
    negative('a token far too long', authorization(`Bearer ${token}${'A'.repeat(long.within)}`)),
    negative('far too many characters that no token has', authorization(`Bearer ${'\u00ff'.repeat(long.within)}`)),
    negative('far too many that grow in a form', authorization(`Bearer ${'+'.repeat(long.within)}`)),
    negative('a header beyond the limit', authorization(`Bearer ${token}${'A'.repeat(long.beyond)}`), tooLarge),
    elsewhere(
      'two headers, the first made up',
      ['authorization', 'Bearer made-up'],
      ['authorization', `Bearer ${token}`],
    ),
    negative('the token in the query', [], undefined, `/me?access_token=${encodeURIComponent(token)}`),
    elsewhere('the token in a cookie', ['cookie', `sid=${token}; access_token=${token}`]),
    elsewhere('the token in Proxy-Authorization', ['proxy-authorization', `Bearer ${token}`]),
    ...Object.entries(alsoRight).map(([name, value]) => control(name, authorization(value(token)))),
    ...(revoked ? revokedCases(carrierOf(revoked).proof) : []),
  ];
}

const revokedCases = (token: string): Case[] =>
  Object.entries(alsoRight).map(([name, value]) => negative(`revoked: ${name}`, [['authorization', value(token)]]));
