// What a request costs, and how a load went.
import { byPart, type Definitions, defined, tiers, time, typical } from './definition.ts';
import { durationText, percentText, ratioText, shareText, significant } from './format.ts';

export const cost: Definitions = {
  cpuPerRequest: defined('s', 'lower', 'model', 'CPU', 'CPU per request, of all tiers together'),
  ...byPart('cpuPerRequest', tiers, (tier) =>
    time(
      `${tier} CPU`,
      `CPU per request of the ${tier} tier`,
      tier === 'Redis' || tier === 'balancer' ? typical : durationText,
    ),
  ),
  'cpuPerRequest.generator': defined(
    's',
    'neither',
    'median',
    'generator CPU',
    'CPU per request of the load generator',
  ),
  addedCpuPerRequest: defined(
    's',
    'lower',
    'model',
    'added CPU',
    'CPU per request over the baseline, of all tiers together',
  ),
  ...byPart('addedCpuPerRequest', tiers, (tier) =>
    defined('s', 'lower', 'model', `added ${tier} CPU`, `CPU per request over the baseline, of the ${tier} tier`),
  ),
  'addedCpuPerRequest.quieter': defined(
    's',
    'lower',
    'model',
    'added CPU, quieter',
    'the same without the noisiest tenth of the cycles',
  ),
  injectedCpuPerRequest: defined('s', 'neither', 'model', 'put in', 'CPU that was put into the control lane'),
  throughputVsBaseline: defined(
    '1',
    'higher',
    'model',
    'of the baseline',
    "throughput relative to the baseline's, from CPU per request or from requests/s at saturation",
    ratioText,
  ),
  redisCommandsPerRequest: defined(
    '1',
    'lower',
    'median',
    'Redis commands',
    'commands that Redis ran per request',
    ({ value }) => significant(value),
  ),
  requestBytes: defined('B', 'lower', 'median', 'bytes sent', 'bytes of a request'),
  responseBytes: defined('B', 'lower', 'median', 'bytes received', 'bytes of a response'),
  credentialBytes: defined('B', 'lower', 'median', 'credential bytes', 'bytes of the longest credential'),
  'instructionsPerRequest.servers': defined(
    '1',
    'lower',
    'median',
    'server instructions',
    'user-space instructions of the servers per request',
  ),
  cpuPerHop: defined('s', 'lower', 'model', 'CPU of a hop', 'CPU that one further service adds to a request'),
  knowingPerHop: defined('s', 'lower', 'model', 'of it to know the caller', 'what of it recognising the caller takes'),
};

export const load: Definitions = {
  requestsPerSecond: defined('1/s', 'higher', 'median', 'requests/s', 'requests/s at saturation'),
  offeredRequestsPerSecond: defined('1/s', 'neither', 'median', 'offered', 'requests/s that an open loop sends'),
  predictedRequestsPerSecond: defined(
    '1/s',
    'higher',
    'model',
    'predicted',
    'requests/s that the CPU per request predicts',
  ),
  scalingRatio: defined('1', 'higher', 'model', 'times one instance', 'throughput relative to one instance', ratioText),
  scalingVsBaseline: defined(
    '1',
    'higher',
    'model',
    "of the baseline's scaling",
    "scaling relative to the baseline's under the same quota",
    ratioText,
  ),
  quotaOverhead: defined(
    '1',
    'lower',
    'model',
    'CPU relative to no quota',
    "the baseline's server CPU per request under a CPU quota, relative to none",
    percentText,
  ),
  latencyMean: time('mean', 'mean response time'),
  latencyP50: time('p50', 'median response time', typical),
  latencyP90: time('p90', '90th percentile of response time', typical),
  latencyP99: time('p99', '99th percentile of response time', typical),
  latencyP999: time('p99.9', '99.9th percentile of response time', typical),
  serviceTimeP50: time('service time p50', 'median time from the actual send to the last byte', typical),
  serviceTimeP99: time('service time p99', '99th percentile of the same', typical),
  sendLagP50: time('send lag p50', 'median delay of a send behind its planned moment', typical),
  sendLagP99: time('send lag p99', '99th percentile of the same', typical),
  ...Object.fromEntries(
    ['latencyP50', 'latencyP90', 'latencyP99', 'latencyP999', 'serviceTimeP50', 'serviceTimeP99'].map((name) => [
      `decidedByStall.${name}`,
      defined(
        '1',
        'neither',
        'sum',
        `${name}: one stall`,
        `loads in which one stall decides ${name}, so that it is not told`,
      ),
    ]),
  ),
  stalls: defined('1', 'lower', 'sum', 'stalls', 'stalls that several requests shared'),
  unansweredShare: defined('1', 'lower', 'median', 'unanswered', 'share of the requests without an answer', shareText),
  warmUpRequests: defined('1', 'lower', 'median', 'warm-up', 'requests until the servers were in a steady state'),
};
