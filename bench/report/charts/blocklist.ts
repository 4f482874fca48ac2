// What a blocklist costs as it grows, by kind of check: added CPU per request beside the token alone.
import type { Finding } from '../../record/report.ts';
import type { Chart } from './contract.ts';
import { drawLines, type Series } from './lines.ts';

const steps = [
  { revoked: 0, label: '0 revoked' },
  { revoked: 10_000, label: '10,000' },
  { revoked: 1_000_000, label: '1,000,000' },
] as const;

export const blocklist: Chart = {
  name: 'blocklist',
  title: 'Added CPU per request as the blocklist grows',
  draw({ findings }, look) {
    const impact = findings.filter(({ experiment }) => experiment === 'revocation-impact');
    const strategies = [...new Set(impact.map(({ factors }) => String(factors.strategy)))].filter(
      (one) => one !== 'none',
    );
    if (strategies.length === 0) return null;
    const series = strategies
      .map((name): Series => ({ name, points: pointsOf(name, impact) }))
      .filter(({ points }) => points.length > 1);
    if (series.length === 0) return null;
    const measured = new Set(series.flatMap(({ points }) => points.map(({ x }) => x)));
    return drawLines(
      {
        title: this.title,
        across: steps.map(({ label }, x) => ({ x, label })).filter(({ x }) => measured.has(x)),
        acrossAxis: 'tokens revoked; 1 % of the requests present one',
        upAxis: 'added CPU per request, µs',
        upText: String,
        series,
      },
      look,
    );
  },
};

const pointsOf = (strategy: string, cells: readonly Finding[]) =>
  steps.flatMap(({ revoked }, x) => {
    const isStep = ({ factors }: Finding) => (factors.revokedTokens ?? 0) === revoked && factors.strategy === strategy;
    const added = cells.find(isStep)?.measures.addedCpuPerRequest;
    return added ? [{ x, y: added.value * 1e6, low: added.low * 1e6, high: added.high * 1e6 }] : [];
  });
