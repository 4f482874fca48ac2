// `npm run readme`: writes the figures of README.md from the committed reference run.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { carriedShare } from '../bench/analyse/carried.ts';
import { addedText } from '../bench/analyse/cost-sentences.ts';
import { mainWays, waysOf } from '../bench/analyse/ways.ts';
import { durationText } from '../bench/catalogue/format.ts';
import type { Report } from '../bench/record/report.ts';
import { renderTerminal } from '../bench/report/terminal.ts';

const directory = 'results/reference';

/** README with every figure as the report tells it. */
export function readmeWith(text: string, report: Report): string {
  const ways = mainWays(waysOf(report.findings));
  const addedOf = (strategy: string) => {
    const added = ways.find((way) => way.strategy === strategy)?.added;
    if (!added) throw new Error(`README names ${strategy}, which ${directory} did not measure`);
    return addedText(added);
  };
  const sample = renderTerminal(report, directory, { colour: false, width: 100 }).trim();
  return text
    .replace(/(\(results\/reference\/report\.md\)) \([^)]*\)/, `$1 (${measuredOn(report)})`)
    .replace(/```text\n[\s\S]*?\n```/, () => `\`\`\`text\n${sample}\n\`\`\``)
    .replace(/^(\| [^|]* \| )(.*?`.*?)( \| )[^|]*( \|)$/gm, (row, before, take, between, after) => {
      const strategies = [...(take as string).matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
      const isKnown = strategies.length > 0 && strategies.every((name) => ways.some((way) => way.strategy === name));
      return isKnown ? `${before}${take}${between}${strategies.map(addedOf).join(', ')}${after}` : row;
    })
    .replace(/(still carries )[^ ]+( of the baseline)/, `$1${leastCarried(report)}$2`)
    .replace(/(refreshing every 5 minutes costs )\S+ \S+( of CPU per)/, `$1${refreshCost(report)}$2`);
}

const measuredOn = ({ run, environment }: Report) =>
  `${Math.round(run.minutes.used)} minutes, ${environment.cores} shared virtual cores, ${run.startedAt.slice(0, 10)}, revision ${environment.revision.slice(0, 7)}`;

/** What the most expensive way carries of the baseline beside 2 ms of work. */
function leastCarried({ findings }: Report): string {
  const ways = waysOf(findings);
  const baseline = ways.find(({ strategy }) => strategy === 'none')?.cost.measures.cpuPerRequest?.value ?? 0;
  const most = Math.max(...mainWays(ways).map(({ added }) => added?.value ?? 0));
  return carriedShare(baseline, most, 2e-3).toFixed(2);
}

/** CPU of an active user and hour whose token lives for five minutes. */
function refreshCost({ findings }: Report): string {
  const cell = findings.find(
    ({ experiment, factors }) =>
      experiment === 'refresh-cost' && factors.strategy === 'jwt' && factors.tokenLifeSeconds === 300,
  );
  const value = cell?.measures['derived.cpuPerUserHour']?.value ?? 0;
  return durationText({ value, low: value, high: value });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../README.md', import.meta.url);
  const report = JSON.parse(readFileSync(new URL(`../${directory}/report.json`, import.meta.url), 'utf8')) as Report;
  writeFileSync(file, readmeWith(readFileSync(file, 'utf8'), report));
}
