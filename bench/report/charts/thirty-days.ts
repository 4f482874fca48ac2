// The thirty days that a stolen token once worked, beside what the other ways leave, to scale.
import { waysOf } from '../../analyse/ways.ts';
import { roughText } from '../../catalogue/format.ts';
import { element, isNarrow, picture, text } from '../svg.ts';
import type { Chart } from './contract.ts';

const day = 86_400;

export const thirtyDays: Chart = {
  name: 'thirty-days',
  title: 'For how long a stolen credential works, to scale',
  draw({ findings }, look) {
    const seen = waysOf(findings).flatMap(({ name, window }) =>
      window?.kind === 'seen'
        ? [{ name, seconds: window.longest }]
        : window?.kind === 'below'
          ? [{ name, seconds: window.within }]
          : [],
    );
    if (seen.length === 0) return null;
    const longest = seen.reduce((one, other) => (other.seconds > one.seconds ? other : one));
    const { palette, width } = look;
    const left = 12;
    const whole = width - 24;
    const rows = [
      { label: 'a token of 30 days that nobody can take back', seconds: 30 * day },
      { label: 'a token of 1 hour', seconds: 3600 },
      {
        label: `${isNarrow(look) ? 'here' : 'the longest window of this run'}: ${longest.name}, ${roughText(longest.seconds)}`,
        seconds: longest.seconds,
      },
    ];
    return picture(this.title, look, rows.length * 38 + 8, [
      ...rows.flatMap(({ label, seconds }, index) => {
        const size = (whole * seconds) / (30 * day);
        return [
          text(left, index * 38 + 14, label, { fill: palette.ink }),
          element('rect', { x: left, y: index * 38 + 20, width: size, height: 10, fill: palette.accent }),
        ];
      }),
    ]);
  },
};
