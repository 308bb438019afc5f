/**
 * In charge of cutting a district into road groups of about one size. Streets keep their order and are never split, so
 * a group is larger than asked where one street is.
 */
export interface SizedStreet {
  id: string;
  doors: number;
}

/**
 * Consecutive groups of streets, balanced: of n groups each street goes to the one in whose n-th part of all doors its
 * own middle lies. No group is empty; streets without doors go along.
 */
export function cutIntoGroups(streets: readonly SizedStreet[], doorsPerGroup: number): string[][] {
  const total = streets.reduce((sum, { doors }) => sum + doors, 0);
  const count = Math.max(1, Math.ceil(total / doorsPerGroup));
  const groups: string[][] = [];
  let before = 0;
  let last = -1;
  for (const { id, doors } of streets) {
    const middle = before + doors / 2;
    const group = total === 0 ? 0 : Math.min(count - 1, Math.floor((middle * count) / total));
    if (group !== last) groups.push([]);
    groups.at(-1)!.push(id);
    last = group;
    before += doors;
  }
  return groups;
}
