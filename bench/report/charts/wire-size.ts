// How large a request is on the wire, by what carries the credential and how many roles travel.
import { strategyLabel } from '../../analyse/wording.ts';
import { drawBars } from './bars.ts';
import type { Chart } from './contract.ts';

export const wireSize: Chart = {
  name: 'wire-size',
  title: 'Bytes of a request',
  draw({ findings }, look) {
    const own = findings.filter(({ experiment, measures }) => experiment === 'carriage' && measures.requestBytes);
    if (own.length === 0) return null;
    return drawBars(
      {
        title: this.title,
        axis: 'bytes of HTTP; blue: the credential itself',
        bars: own.map(({ factors, measures }) => {
          const whole = measures.requestBytes?.value ?? 0;
          const credential = Math.min(whole, measures.credentialBytes?.value ?? 0);
          return {
            label: `${strategyLabel({ strategy: factors.strategy ?? '' })} in a ${factors.carriage}, ${factors.roles} roles`,
            parts: [
              { value: credential, fill: look.palette.servers },
              { value: whole - credential, fill: look.palette.line },
            ],
            told: Math.round(whole).toLocaleString('en-US'),
          };
        }),
      },
      look,
    );
  },
};
