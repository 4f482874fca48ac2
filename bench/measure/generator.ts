// What a generator process offers: every load, drawing on the same pools of credentials.
export { loadEach, loadKinds, loadLogin, loadMe, loadRefresh } from '../load/closed-loop.ts';
export { loadAtRate, warmUpOpenLoop } from '../load/open-loop.ts';
export { usePool } from '../load/pool.ts';
export { useFamilies } from '../load/refresh-families.ts';
export { presentEach } from '../load/slices.ts';
export { answersSoFar, mergeTallies } from '../load/tally.ts';
export { loadInSlices } from './sliced-load.ts';
