// The three profiles: how much each of them measures.
import type { Profile } from '../profile.ts';
import { full } from './full.ts';
import { quick } from './quick.ts';
import { smoke } from './smoke.ts';

export const profiles = { smoke, quick, full } as const satisfies Record<string, Profile>;
