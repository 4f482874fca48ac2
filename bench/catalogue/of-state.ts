// What state takes, and what is derived for refreshes.
import { type Definitions, defined, eachBytes, percentage, span } from './definition.ts';
import { significant } from './format.ts';

export const state: Definitions = {
  itemsHeld: defined('1', 'neither', 'median', 'held', 'items that were held when memory was read'),
  'memory.redis': defined('B', 'lower', 'median', 'Redis memory', 'memory of Redis'),
  'memory.servers': defined('B', 'lower', 'median', 'instance memory', 'memory of an instance'),
  'bytesEach.redis': defined(
    'B',
    'lower',
    'model',
    'Redis bytes each',
    'bytes of Redis for each item that is held',
    eachBytes,
  ),
  'bytesEach.servers': defined(
    'B',
    'lower',
    'model',
    'instance bytes each',
    'bytes of an instance for each of them',
    eachBytes,
  ),
  falsePositiveRate: defined(
    '1',
    'lower',
    'median',
    'false positives',
    'share of valid tokens that a filter takes for revoked; Redis is asked for them',
    percentage,
  ),
  statedFalsePositiveRate: defined(
    '1',
    'neither',
    'median',
    'stated false positives',
    'the share that it was made for',
    percentage,
  ),
};

export const derived: Definitions = {
  'derived.refreshesPerSecondPer1000Users': defined(
    '1/s',
    'lower',
    'model',
    'derived: refreshes/s of 1,000 users',
    'refreshes/s of 1,000 users who are always active',
    ({ value }) => significant(value),
  ),
  'derived.cpuPerUserHour': defined(
    's',
    'lower',
    'model',
    'derived: CPU per user and hour',
    'CPU of refreshes, per user and hour',
  ),
  'derived.exposureMax': defined(
    's',
    'lower',
    'model',
    'derived: longest exposure',
    'for how long a stolen token works at most',
    span,
  ),
  'derived.exposureMean': defined(
    's',
    'lower',
    'model',
    'derived: mean exposure',
    'for how long it works on average',
    span,
  ),
};
