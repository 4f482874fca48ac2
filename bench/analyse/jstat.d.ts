// The part of jstat that is used here; the package brings no types.
declare module 'jstat' {
  interface JStat {
    readonly normal: {
      cdf(x: number, mean: number, deviation: number): number;
      inv(p: number, mean: number, deviation: number): number;
    };
    readonly binomial: {
      cdf(successes: number, trials: number, p: number): number;
    };
    readonly studentt: {
      cdf(t: number, degreesOfFreedom: number): number;
      inv(p: number, degreesOfFreedom: number): number;
    };
  }
  const jstat: JStat;
  export default jstat;
}
