/**
 * What is known of a register file once its header has been read: which column holds which field. Columns are found by
 * name, never by position. `supplier-layouts.rules.ts` and `layout-mapping.rules.ts` make layouts; `register-reader.ts`
 * reads rows by them.
 */

/** A field that one column holds. Address lines are apart: there are several. */
export type RegisterField =
  | 'prefix'
  | 'number'
  | 'suffix'
  | 'markers'
  | 'optOut'
  | 'date'
  | 'title'
  | 'forename'
  | 'middleNames'
  | 'initials'
  | 'surname'
  | 'fullName'
  | 'nameSuffix'
  | 'postcode'
  | 'ward'
  | 'constituency'
  | 'subHouse'
  | 'house'
  | 'externalId'
  | 'uprn';

export type LayoutName =
  'xpress-14' | 'xpress-13' | 'eros' | 'democracy-counts-2015' | 'democracy-counts-2026' | 'mapping';

/** Why a column is not read: the register may not contain it, nothing here uses it, or nobody knows it. */
export interface DroppedColumn {
  column: string;
  reason: 'not-allowed' | 'not-used' | 'unknown';
}

export interface Layout {
  name: LayoutName;
  /** The header as it stands in the file: how many cells a row has, and what faults call them. */
  header: string[];
  columns: Partial<Record<RegisterField, number>>;
  /** One entry a line; the cells of an entry are joined by a space (house number and street in two columns). */
  addressLines: number[][];
  dropped: DroppedColumn[];
}

/** A fault refuses the whole file; undefined means that no supplier's layout was recognised. */
export type Detection = { layout: Layout } | { fault: string } | undefined;

const notAllowed =
  /^(ierstatus|methodofverification|nino|nationalinsurance.*|nationality|.*(telephone|mobile|phone).*|e?mail|.*email.*|tel(no)?)$/;

/** Takes the normalised name of a column. */
export function isNotAllowed(key: string): boolean {
  return notAllowed.test(key);
}
