import { normaliseHeader } from '../../../intake/header.js';

/**
 * In charge of which column of a membership list is what: by the headings that parties use, or by a mapping the sender
 * gives. What a cell holds is left to the reader.
 */
export const memberFields = [
  'membershipNumber',
  'kind',
  'status',
  'title',
  'forename',
  'middleNames',
  'surname',
  'joinedOn',
  'leftOn',
  'branch',
  'email',
  'mobile',
  'landline',
  'telephone',
  'address1',
  'address2',
  'address3',
  'address4',
  'address5',
  'address6',
  'postcode',
] as const;
export type MemberField = (typeof memberFields)[number];

/** The heading of the column that holds a field. */
export type MemberMapping = Partial<Record<MemberField, string>>;

export interface MemberColumns {
  header: readonly string[];
  at: ReadonlyMap<MemberField, number>;
  /** Headings that nothing here reads. */
  dropped: readonly string[];
}

const headings: Readonly<Record<MemberField, string>> = {
  membershipNumber:
    'membershipnumber membershipno membershipnum membershipid membernumber memberno memberid membershipref membershipreference memberref',
  kind: 'kind membershipkind memberkind membershiptype membertype membershipcategory type',
  status: 'status membershipstatus memberstatus standing',
  title: 'title salutation',
  forename: 'forename forenames firstname firstnames givenname givennames christianname',
  middleNames: 'middlename middlenames othernames',
  surname: 'surname lastname familyname',
  joinedOn: 'joined joinedon joindate datejoined joiningdate dateofjoining membersince startdate',
  leftOn: 'left lefton leavingdate dateleft datelapsed enddate',
  branch: 'branch branchname localbranch branchlabel',
  email: 'email emailaddress mail e-mail',
  mobile: 'mobile mobilephone mobilenumber mobileno mobiletelephone cellphone cell',
  landline: 'landline homephone hometelephone hometel homenumber landlinenumber',
  telephone: 'telephone telephonenumber telephoneno phone phonenumber phoneno tel telno contactnumber',
  address1: 'address1 addressline1 add1 address street',
  address2: 'address2 addressline2 add2',
  address3: 'address3 addressline3 add3',
  address4: 'address4 addressline4 add4 locality',
  address5: 'address5 addressline5 add5 town city posttown towncity town/city',
  address6: 'address6 addressline6 add6 county',
  postcode: 'postcode postalcode zip zipcode',
};

const known = new Map<string, MemberField>(
  memberFields.flatMap((field) =>
    headings[field].split(' ').map((heading) => [normaliseHeader(heading), field] as const),
  ),
);

/** Whether a line is the header: it names the two columns without which nobody can be known. */
export function isMemberHeader(cells: readonly string[], mapping: MemberMapping | null): boolean {
  const { at } = columnsOf(cells, mapping);
  const wanted = mapping ? (Object.keys(mapping) as MemberField[]) : (['membershipNumber'] as const);
  return wanted.every((field) => at.has(field)) && at.has('membershipNumber') && at.has('surname');
}

/** Of two columns for one field the first is read; the other is named among the dropped. */
export function columnsOf(header: readonly string[], mapping: MemberMapping | null): MemberColumns {
  const at = new Map<MemberField, number>();
  const dropped: string[] = [];
  const mapped = new Map<string, MemberField>();
  for (const [field, heading] of Object.entries(mapping ?? {}))
    mapped.set(normaliseHeader(heading), field as MemberField);
  const isTaken = new Set(mapped.values());
  header.forEach((heading, index) => {
    const name = normaliseHeader(heading);
    const byHeading = known.get(name);
    const field = mapped.get(name) ?? (byHeading && !isTaken.has(byHeading) ? byHeading : undefined);
    if (field !== undefined && !at.has(field)) at.set(field, index);
    else if (heading !== '') dropped.push(heading);
  });
  return { header, at, dropped };
}

/** The mapping in a text of JSON, or in plain words what is wrong with it. */
export function mappingOf(text: string): { mapping: MemberMapping } | { fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'must be JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fault: 'must be a JSON object of column headings by field' };
  const isField = (name: string): name is MemberField => (memberFields as readonly string[]).includes(name);
  const mapping: MemberMapping = {};
  for (const [name, heading] of Object.entries(value as Record<string, unknown>)) {
    if (!isField(name)) return { fault: `may name these fields alone: ${memberFields.join(', ')}` };
    if (typeof heading !== 'string' || normaliseHeader(heading) === '' || !isStorable(heading))
      return { fault: `must name a column heading for ${name}` };
    mapping[name] = heading;
  }
  const columns = Object.values(mapping).map(normaliseHeader);
  if (new Set(columns).size < columns.length) return { fault: 'must not name one column for two fields' };
  return { mapping };
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
