// What verifying a token costs, by algorithm and library, each token for the first time.
import { durationText } from '../../catalogue/format.ts';
import { drawBars } from './bars.ts';
import type { Chart } from './contract.ts';

export const verification: Chart = {
  name: 'verification',
  title: 'Verifying a token, by algorithm and library',
  draw({ findings }, look) {
    const hues: Readonly<Record<string, string>> = {
      jose: look.palette.servers,
      'fast-jwt': look.palette.authorization,
      openssl: look.palette.soft,
    };
    const own = findings.filter(
      ({ experiment, factors, measures }) =>
        experiment === 'verification-cost' &&
        hues[String(factors.library)] !== undefined &&
        factors.tokens !== 'repeated' &&
        measures.latencyMean,
    );
    if (own.length === 0) return null;
    return drawBars(
      {
        title: this.title,
        axis: 'µs each; openssl checks the signature alone',
        legend: Object.entries(hues).map(([name, fill]) => ({ name, fill })),
        bars: own.map(({ factors, measures }) => {
          const { value = 0, low = 0, high = 0 } = measures.latencyMean ?? {};
          return {
            label: `${factors.alg}, ${factors.library}`,
            parts: [{ value: value * 1e6, fill: hues[String(factors.library)] as string }],
            interval: high > low ? [low * 1e6, high * 1e6] : undefined,
            told: durationText({ value, low: value, high: value }),
          };
        }),
      },
      look,
    );
  },
};
