// Quantiles of single values, by nearest rank. Pure.

/** Shares such as 0.999 are not exact in binary: less than this above a whole rank is that rank. */
const roundingError = 1e-6;

/** The rank, from 1, of the smallest of n values that at least this share of them does not exceed. */
export const nearestRank = (share: number, n: number): number => Math.ceil(share * n - roundingError);
