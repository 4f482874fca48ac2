// What the instrument itself is measured by.
import { byPart, type Definitions, defined, percentage, quantiles, rate } from './definition.ts';
import { percentText, ratioText, shareText } from './format.ts';

/** Of the instrument itself. */
export const selftest: Definitions = {
  ...byPart('beyondLaw', quantiles, (quantile) =>
    defined('s', 'neither', 'model', `${quantile} beyond the law`, `${quantile} of response times above the exact one`),
  ),
  ...byPart('beyondServer', quantiles, (quantile) =>
    defined(
      's',
      'neither',
      'model',
      `${quantile} beyond the server`,
      `${quantile} above what the server did by its own clock`,
    ),
  ),
  balancerBusyShare: defined(
    '1',
    'neither',
    'median',
    'balancer busy',
    "share of its core's time that the balancer used",
    shareText,
  ),
  ratioToWrk: defined('1', 'higher', 'model', 'ratio to wrk', "requests/s relative to wrk's", ratioText),
  costRatio: defined(
    '1',
    'lower',
    'model',
    'CPU, head over base',
    'CPU per request of one side relative to the other',
    percentText,
  ),
  wholeCostRatio: defined(
    '1',
    'lower',
    'model',
    'the same, whole load',
    'the same over whole loads, disturbed slices and all',
    percentText,
  ),
  deviation: rate('sd of a block', 'standard deviation of the log ratio between blocks', percentage),
  regressedRate: rate('regressed', 'share of drawn comparisons that end with "regressed"', shareText),
  improvedRate: rate('improved', 'share of drawn comparisons that end with "improved"', shareText),
  inconclusiveRate: rate('inconclusive', 'share of drawn comparisons that end undecided', shareText),
  blocksMedian: rate('blocks, median', 'blocks until the verdict: the median of drawn comparisons'),
  blocksP95: rate('blocks, 19 in 20', 'blocks within which 19 of 20 drawn comparisons are decided'),
  intervalCoverage: rate(
    'interval coverage',
    'how often the interval of a last look holds the mean of the blocks',
    shareText,
  ),
  secondsP95: defined(
    's',
    'neither',
    'model',
    'time, 19 in 20',
    'what these blocks take',
    ({ value }) => `${Math.round(value)} s`,
  ),
};
