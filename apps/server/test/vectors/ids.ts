/** The ids of an instance's exchanges, written short: `001 004-006`. */
export function idsOf(instance: string, numbers: string): string[] {
  return numbers.split(' ').flatMap((run) => {
    const [from = 0, to = from] = run.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => `${instance}-${String(from + index).padStart(3, '0')}`);
  });
}
