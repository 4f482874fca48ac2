// The users that a load draws on.

/** The names of n distinct users. */
export const userNames = (n: number): string[] =>
  Array.from({ length: n }, (_, index) => `user-${String(index + 1).padStart(7, '0')}`);
