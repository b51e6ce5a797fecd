import './filter-chips.css';

/** One kind of what is listed. */
export interface Chip<T extends string> {
  value: T;
  label: string;
  meaning: string;
  count: number;
  /** Its colour and sign elsewhere on the page; undefined where it has none there. */
  mark?: { background: string; ink: string; sign: string } | undefined;
}

/** Properties of {@link FilterChips}. */
export interface FilterChipsProps<T extends string> {
  /** What they tell apart: "State". */
  label: string;
  chips: readonly Chip<T>[];
  chosen: readonly T[];
  onToggle: (value: T) => void;
}

/** How many there are of each kind; pressed, only those are shown. Kinds that do not occur are left out unless chosen; nothing is shown where none is left. */
export function FilterChips<T extends string>({ label, chips, chosen, onToggle }: FilterChipsProps<T>) {
  const shown = chips.filter(({ value, count }) => count > 0 || chosen.includes(value));
  if (shown.length === 0) return null;
  return (
    <div class="chips" role="group" aria-label={`${label}: count and filter`}>
      <span class="chips-label" aria-hidden="true">
        {label}
      </span>
      {shown.map(({ value, label: name, meaning, count, mark }) => (
        <button
          key={value}
          type="button"
          class="chip"
          aria-pressed={chosen.includes(value)}
          title={meaning}
          onClick={() => onToggle(value)}
        >
          {mark === undefined ? null : (
            <span class="chip-mark" aria-hidden="true" style={{ backgroundColor: mark.background, color: mark.ink }}>
              {mark.sign}
            </span>
          )}
          {name} <span class="chip-count number">{count}</span>
        </button>
      ))}
    </div>
  );
}
