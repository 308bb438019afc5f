/**
 * In charge of the order in which the doors of one street are walked, in TypeScript and as SQL; a test holds the two
 * together. The order never leaves a door out. Modes `odd` and `even` walk one side, and which doors that is say
 * `isOnWalkedSide` and `walkedSideSql`: unnumbered doors lie on both sides, so that none is ever left to nobody.
 */
export const SIDE_MODES = ['both', 'odd', 'even', 'odd-then-even', 'loop'] as const;
export type SideMode = (typeof SIDE_MODES)[number];

/** What places a door in its street. */
export interface DoorPlace {
  number: number | null;
  numberSuffix: string;
  unitKey: string;
  /** The lowest elector number at the door, as decimal text. */
  firstNumber: string | null;
}

/** Zero for doors that only their id tells apart: sort by that last. */
export function compareDoors(mode: SideMode): (one: DoorPlace, other: DoorPlace) => number {
  return (one, other) => {
    if (one.number === null || other.number === null) {
      return (
        Number(one.number === null) - Number(other.number === null) ||
        compareNumbers(houseNumber(one), houseNumber(other)) ||
        compareUnits(one, other)
      );
    }
    if (mode === 'odd-then-even' || mode === 'loop') {
      const bySide = Number(isEven(one.number)) - Number(isEven(other.number));
      if (bySide !== 0) return bySide;
    }
    // The way down turns numbers and suffixes round, never the units inside a door.
    const direction = mode === 'loop' && isEven(one.number) ? -1 : 1;
    return (
      direction * (one.number - other.number) ||
      direction * compareBytes(one.numberSuffix, other.numberSuffix) ||
      compareUnits(one, other)
    );
  };
}

export function isOnWalkedSide(mode: SideMode, number: number | null): boolean {
  if (number === null) return true;
  return mode === 'odd' ? !isEven(number) : mode === 'even' ? isEven(number) : true;
}

/**
 * The same order as an ORDER BY list, without the words; append the door's id. `door` and `street` are aliases of the
 * rows that have the door's columns and `side_mode`.
 */
export function walkOrderSql(door: string, street = door): string {
  const even = `${door}.number % 2 = 0`;
  const down = `(${street}.side_mode = 'loop' AND ${even})`;
  return `${door}.number IS NULL,
    (${street}.side_mode IN ('odd-then-even', 'loop') AND ${even}),
    CASE WHEN ${down} THEN -${door}.number ELSE ${door}.number END,
    (CASE WHEN ${down} THEN ${door}.number_suffix END) COLLATE "C" DESC,
    (CASE WHEN ${door}.number IS NOT NULL THEN ${door}.number_suffix END) COLLATE "C",
    CASE WHEN ${door}.number IS NULL AND ${door}.unit_key = '' THEN ${door}.first_number END NULLS LAST,
    ${door}.unit_key COLLATE "C",
    ${door}.first_number NULLS LAST`;
}

/** The condition that `isOnWalkedSide` states. */
export function walkedSideSql(door: string, street = door): string {
  return `(${door}.number IS NULL OR CASE ${street}.side_mode WHEN 'odd' THEN ${door}.number % 2 = 1
    WHEN 'even' THEN ${door}.number % 2 = 0 ELSE true END)`;
}

/** Of an unnumbered house; the units of an unnumbered block or park follow by their unit instead. */
function houseNumber(door: DoorPlace): string | null {
  return door.unitKey === '' ? door.firstNumber : null;
}

function compareUnits(one: DoorPlace, other: DoorPlace): number {
  return compareBytes(one.unitKey, other.unitKey) || compareNumbers(one.firstNumber, other.firstNumber);
}

/** numeric(12, 4) has no more digits than a double keeps apart. */
function compareNumbers(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return Number(one) - Number(other);
}

/** "C" order is by UTF-8 bytes; UTF-16 order differs from it beyond the basic plane. */
function compareBytes(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function isEven(number: number): boolean {
  return number % 2 === 0;
}
