// Lists of cores as Linux writes them.

/** The cores that a process may use ("0", "1-3"), from the text of its /proc/PID/status; empty where Linux does not list them. */
export const coresOf = (status: string): string => /Cpus_allowed_list:\s*(\S+)/.exec(status)?.[1] ?? '';

/** "0-2,5" as numbers. */
export function coreNumbers(list: string): number[] {
  if (list === '') return [];
  return list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
