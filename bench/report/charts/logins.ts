// What a password login costs, and what keeping who logged in adds to it.
import { durationText } from '../../catalogue/format.ts';
import { drawBars } from './bars.ts';
import type { Chart } from './contract.ts';
import { tiers } from './cost.ts';

export const logins: Chart = {
  name: 'logins',
  title: 'CPU of a password login',
  draw({ findings }, look) {
    const own = findings.filter(({ experiment }) => experiment === 'login');
    if (own.length === 0) return null;
    return drawBars(
      {
        title: this.title,
        axis: 'ms of CPU; nearly all of it is the password hash',
        legend: tiers
          .filter(([tier]) => own.some(({ measures }) => measures[`cpuPerRequest.${tier}`]))
          .map(([tier, name]) => ({ name, fill: look.palette[tier] })),
        bars: own.map(({ factors, measures }) => {
          const servers = measures['cpuPerRequest.servers'];
          return {
            label: String(factors.strategy),
            parts: tiers.map(([tier]) => ({
              value: (measures[`cpuPerRequest.${tier}`]?.value ?? 0) * 1e3,
              fill: look.palette[tier],
            })),
            interval: servers && servers.high > servers.low ? [servers.low * 1e3, servers.high * 1e3] : undefined,
            told: servers ? durationText({ value: servers.value, low: servers.value, high: servers.value }) : '',
          };
        }),
      },
      look,
    );
  },
};
