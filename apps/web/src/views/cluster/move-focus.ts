/** Where a cell is among the groups of a grid. */
export interface CellPlace {
  group: number;
  index: number;
}

/**
 * Where a key leads from a cell, as in a grid of rows: left and right run on through row ends and groups, up and down keep
 * the column, Home and End go to the ends of the row, with Control to the ends of all.
 *
 * @param sizes how many cells each group has, none empty. @param columns how many fit in a row, ≥ 1.
 * @returns undefined for any other key; the same place where there is nothing in that direction.
 */
export function moveFocus(
  sizes: readonly number[],
  columns: number,
  { group, index }: CellPlace,
  { key, ctrlKey }: { key: string; ctrlKey: boolean },
): CellPlace | undefined {
  const size = sizes[group] ?? 0;
  const rowStart = index - (index % columns);
  const lastGroup = sizes.length - 1;
  switch (key) {
    case 'ArrowRight':
      if (index + 1 < size) return { group, index: index + 1 };
      return group < lastGroup ? { group: group + 1, index: 0 } : { group, index };
    case 'ArrowLeft':
      if (index > 0) return { group, index: index - 1 };
      return group > 0 ? { group: group - 1, index: lastOf(sizes, group - 1) } : { group, index };
    case 'ArrowDown':
      return below(sizes, columns, { group, index });
    case 'ArrowUp':
      return above(sizes, columns, { group, index });
    case 'Home':
      return ctrlKey ? { group: 0, index: 0 } : { group, index: rowStart };
    case 'End':
      return ctrlKey
        ? { group: lastGroup, index: lastOf(sizes, lastGroup) }
        : { group, index: Math.min(rowStart + columns, size) - 1 };
    default:
      return undefined;
  }
}

function below(sizes: readonly number[], columns: number, { group, index }: CellPlace): CellPlace {
  const last = lastOf(sizes, group);
  if (index + columns <= last) return { group, index: index + columns };
  // A shorter last row: its end is nearer than the next group.
  if (last - (last % columns) > index) return { group, index: last };
  if (group === sizes.length - 1) return { group, index };
  return { group: group + 1, index: Math.min(index % columns, lastOf(sizes, group + 1)) };
}

function above(sizes: readonly number[], columns: number, { group, index }: CellPlace): CellPlace {
  if (index >= columns) return { group, index: index - columns };
  if (group === 0) return { group, index };
  const last = lastOf(sizes, group - 1);
  return { group: group - 1, index: Math.min(last - (last % columns) + (index % columns), last) };
}

const lastOf = (sizes: readonly number[], group: number): number => (sizes[group] ?? 1) - 1;
