import { normaliseHeader } from '../../../intake/header.js';
import {
  isNotAllowed,
  type Detection,
  type DroppedColumn,
  type LayoutName,
  type RegisterField,
} from './layout.js';

/**
 * Recognises the layouts of the three suppliers by the content of the header: Xpress, Eros (Halarose, Idox) and
 * Democracy Counts. Their update files are recognised too and refused: taken for a full register, an update would
 * remove everyone it does not name.
 */
interface Supplier {
  title: string;
  fields: Record<string, RegisterField>;
  /** The column of address line n is this word and n. */
  addressWord: string;
  notUsed: string[];
  required: RegisterField[][];
}

const xpress: Supplier = {
  title: 'Xpress',
  fields: {
    electornumberprefix: 'prefix',
    electornumber: 'number',
    electornumbersuffix: 'suffix',
    electormarkers: 'markers',
    electordob: 'date',
    electorsurname: 'surname',
    electorforename: 'forename',
    electorname: 'fullName',
    postcode: 'postcode',
    uprn: 'uprn',
  },
  addressWord: 'address',
  notUsed: [],
  required: [['prefix'], ['number'], ['surname', 'fullName']],
};

const eros: Supplier = {
  title: 'Eros',
  fields: {
    pd: 'prefix',
    eno: 'number',
    title: 'title',
    firstnames: 'forename',
    firstname: 'forename',
    initials: 'initials',
    surname: 'surname',
    suffix: 'nameSuffix',
    dateofattainment: 'date',
    franchiseflag: 'markers',
    postcode: 'postcode',
    optout: 'optOut',
    optoutflag: 'optOut',
    uprn: 'uprn',
  },
  addressWord: 'address',
  // In a full register Status says nothing: it is the column of actions of the update file.
  notUsed: ['status'],
  required: [['prefix'], ['number'], ['surname']],
};

const democracyCounts: Supplier = {
  title: 'Democracy Counts',
  fields: {
    pdcode: 'prefix',
    rollno: 'number',
    electortitle: 'title',
    electorsurname: 'surname',
    electorforename: 'forename',
    electormiddlename: 'middleNames',
    attainersdob: 'date',
    dateofattainment: 'date',
    franchisemarker: 'markers',
    postcode: 'postcode',
    parl: 'constituency',
    ward: 'ward',
    subhouse: 'subHouse',
    house: 'house',
    electorid: 'externalId',
    uprn: 'uprn',
  },
  addressWord: 'registeredaddress',
  notUsed: ['euro', 'county'],
  required: [['prefix'], ['number'], ['surname']],
};

const updateFault = (title: string): Detection => ({
  fault: `This is an update file of ${title}, not a full register.`,
});

export function detectLayout(header: string[]): Detection {
  const keys = header.map(normaliseHeader);
  const names = new Set(keys);
  if (names.has('electorcreatedmonth')) return updateFault('Xpress');
  if (names.has('electornumberprefix')) {
    return layoutOf(xpress, names.has('electorname') ? 'xpress-13' : 'xpress-14', header, keys);
  }
  if (names.has('pd') && names.has('eno')) {
    if (names.has('registercode') || names.has('clericalerror')) return updateFault('Eros');
    return layoutOf(eros, 'eros', header, keys);
  }
  if (names.has('pdcode') && names.has('rollno')) {
    if (names.has('changetypeid')) return updateFault('Democracy Counts');
    const year = names.has('dateofattainment') || names.has('uprn') || names.has('electorid') ? 2026 : 2015;
    return layoutOf(democracyCounts, `democracy-counts-${year}`, header, keys);
  }
  return undefined;
}

function layoutOf(supplier: Supplier, name: LayoutName, header: string[], keys: string[]): Detection {
  const columns: Partial<Record<RegisterField, number>> = {};
  const lines: { place: number; column: number }[] = [];
  const dropped: DroppedColumn[] = [];
  for (const [column, key] of keys.entries()) {
    const printed = header[column]!.trim();
    const field = Object.hasOwn(supplier.fields, key) ? supplier.fields[key] : undefined;
    const place = key.startsWith(supplier.addressWord) ? key.slice(supplier.addressWord.length) : '';
    if (field) {
      if (columns[field] !== undefined)
        return { fault: `The column "${printed}" stands twice in the header.` };
      columns[field] = column;
    } else if (/^[1-9]$/.test(place)) {
      if (lines.some((line) => line.place === Number(place))) {
        return { fault: `The column "${printed}" stands twice in the header.` };
      }
      lines.push({ place: Number(place), column });
    } else if (key !== '') {
      const reason = isNotAllowed(key)
        ? 'not-allowed'
        : supplier.notUsed.includes(key)
          ? 'not-used'
          : 'unknown';
      dropped.push({ column: printed, reason });
    } else dropped.push({ column: `(column ${column + 1}, without a name)`, reason: 'unknown' });
  }
  const missing = supplier.required.find((fields) => fields.every((field) => columns[field] === undefined));
  if (missing)
    return { fault: `The header is ${supplier.title}'s, but has no column for the ${missing[0]}.` };
  if (lines.length === 0) {
    return { fault: `The header is ${supplier.title}'s, but has no column for the address.` };
  }
  const addressLines = lines.sort((a, b) => a.place - b.place).map(({ column }) => [column]);
  return { layout: { name, header, columns, addressLines, dropped } };
}
