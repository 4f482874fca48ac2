// How much of the baseline's throughput is left with work of the handler's own. Runs in the page, too. Pure.

/** The share that is carried when each request costs so much more, with so much work of the handler's own; all in one unit. */
export const carriedShare = (baseline: number, added: number, handlerWork: number): number =>
  (handlerWork + baseline) / (handlerWork + baseline + added);
