// Whether answers were right, and how long a revoked credential is still accepted.
import { answers, byPart, type Definitions, defined, kinds, largest, time } from './definition.ts';
import { roughText, shareText, tenthsText, thousands, windowText } from './format.ts';

export const checks: Definitions = {
  falseAccepts: answers('false accepts', 'credentials accepted in error'),
  falseRejects: answers('false rejects', 'credentials rejected in error'),
  errors: answers('errors', 'answers with another status, and requests without one'),
  checkedAnswers: answers('checked', 'answers that were checked', 'higher'),
  ...byPart('falseAccepts', kinds, (kind) => answers(`false accepts, ${kind}`, `of ${kind} credentials`)),
  ...byPart('falseRejects', kinds, (kind) => answers(`false rejects, ${kind}`, `of ${kind} credentials`)),
  ...byPart('errors', kinds, (kind) => answers(`errors, ${kind}`, `of ${kind} credentials`)),
  ...byPart('checkedAnswers', kinds, (kind) => answers(`checked, ${kind}`, `of ${kind} credentials`, 'higher')),
  cases: answers('cases', 'negative cases that were tried', 'higher'),
  wrongCases: answers('wrong cases', 'negative cases that went wrong'),
};

export const exposure: Definitions = {
  exposureWindowMedian: time(
    'window p50',
    'median exposure window: from the acknowledged revoke to the last accepted request',
    windowText,
  ),
  exposureWindowP99: largest('window p99', '99th percentile of the exposure window', windowText),
  exposureWindowMax: largest('window max', 'longest exposure window that was seen', windowText),
  exposureWindowUpperBound: largest(
    'window within',
    'upper bound of the longest window: all instances had rejected by then',
  ),
  acceptedAfterRevoke: defined(
    '1',
    'lower',
    'median',
    'accepted after',
    'requests accepted after the acknowledged revoke, per credential',
    ({ value }) => value.toFixed(1),
  ),
  revokeTime: time('revoke takes', 'time until a revoke was acknowledged'),
  stolenCredentials: defined('1', 'neither', 'sum', 'stolen', 'credentials that were stolen and revoked'),
  probeInterval: defined(
    's',
    'neither',
    'median',
    'polled every',
    'time between two uses of a stolen credential at one instance',
    ({ value }) => roughText(value),
  ),
  cuts: defined('1', 'neither', 'sum', 'cuts', 'Redis outages of instances'),
  cutTime: defined('s', 'neither', 'median', 'cut for', 'how long each cut lasted', ({ value }) => roughText(value)),
  beyondReturnMax: largest(
    'accepted after return',
    'longest acceptance of a revoked credential after Redis was back',
    windowText,
  ),
  acceptedWithoutRedis: defined(
    '1',
    'neither',
    'median',
    'accepted meanwhile',
    'share of the answered requests with a valid credential that are accepted during the outage',
    shareText,
  ),
  longestWaitWithoutRedis: largest('answer within', 'longest wait for an answer during the outage'),
  cutsWithoutRecovery: defined(
    '1',
    'lower',
    'sum',
    'not valid again',
    'outages after which a valid credential was not accepted again',
    ({ value }) => (value > 0 ? thousands(value) : ''),
  ),
  recoveryMax: largest('valid again', 'longest time until a valid credential was accepted again', tenthsText),
};
