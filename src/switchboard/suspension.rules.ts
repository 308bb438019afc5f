/** In charge of what an order's target means: the scope as the switch keeps it. Whether it exists, the switch says. */
import type { OrderedTarget, SuspensionTarget } from './suspension.dto.js';

/** The scope that is meant; undefined where none can be. */
export function scopeMeant({ kind, id }: OrderedTarget): SuspensionTarget | undefined {
  // There is but one, so that it needs no name.
  if (kind === 'all') return id === undefined || id === '*' ? { kind, id: '*' } : undefined;
  if (id === undefined) return undefined;
  // Its other rows are the switch's own, such as the one for work over all areas.
  if (kind === 'area') return /^[ENSW][0-9]{8}$/.test(id) ? { kind, id } : undefined;
  return { kind, id: kind === 'tool' ? id : id.toLowerCase() };
}
