/**
 * In charge of the words by which a piece of an address is known for a street, a block, a unit or a county. How the pieces
 * stand to one another is `address-parts.rules.ts`'s. Looked up as whole words: a pattern over them would be many times slower.
 */
const STREET_ENDS = words(
  `road rd street st lane ln avenue ave close drive crescent cresent way place terrace garden gardens grove square row
  hill mews walk rise view green vale bank parade broadway yard quay wharf embankment esplanade promenade circus approach
  path common fold croft drove garth wynd brae loan chase ride highway causeway mall strand heol stryd ffordd lon`,
);
const DIRECTIONS = words('north south east west');
const WELSH_STREET_BEGINNINGS = words('heol stryd ffordd lon rhodfa clos');
/** What a block or park without a street number of its own ends in. */
const BLOCK_ENDS = words(
  `house mansion mansions flats apartments tower towers block lodge hall building buildings hotel point marina barracks
  almshouses`,
);
const PARK = /\b(?:caravan|holiday|home|homes|chalet|leisure)s? (?:park|site|estate|village)$/i;
/** These name a block where a street follows, and a street where none does. */
export const BLOCK_OR_STREET_ENDS = words(
  'court cottage cottages park farm barn barns villa villas height heights',
);
export const COUNTIES = new Set(
  `bedfordshire,beds,berkshire,berks,bucks,buckinghamshire,cambs,cambridgeshire,cheshire,cornwall,cumbria,derbyshire,devon,
  north devon,dorset,county durham,co durham,east sussex,west sussex,essex,gloucestershire,glos,greater london,
  greater manchester,hampshire,hants,herefordshire,hertfordshire,herts,kent,lancashire,lancs,leicestershire,lincolnshire,
  merseyside,middlesex,norfolk,northamptonshire,northants,northumberland,nottinghamshire,notts,oxfordshire,oxon,shropshire,
  somerset,staffordshire,suffolk,surrey,tyne and wear,tyne & wear,warwickshire,west midlands,wiltshire,wilts,worcestershire,
  north yorkshire,south yorkshire,east yorkshire,west yorkshire,mid glamorgan,south glamorgan,west glamorgan,gwent,gwynedd,
  powys,dyfed,clwyd,england,scotland,wales,united kingdom,uk`.split(/,\s*/),
);
/** The words that units begin with, looked up before the longer patterns are tried. */
export const UNIT_BEGINNINGS = words(
  `flat apartment apt unit room caravan pitch plot suite bedsit chalet berth mooring mobile the annex annexe rear lower
  upper basement cellar ground mezzanine garden first second third fourth fifth sixth seventh eighth ninth tenth top attic
  loft front left right middle floor maisonette studio penthouse`,
);

function words(list: string): Set<string> {
  return new Set(list.split(/\s+/));
}

export function firstWord(text: string): string {
  const end = text.indexOf(' ');
  return (end < 0 ? text : text.slice(0, end)).toLowerCase();
}

export function lastWord(text: string): string {
  return text.slice(text.lastIndexOf(' ') + 1).toLowerCase();
}

export function isStreet(text: string): boolean {
  const last = lastWord(text);
  if (STREET_ENDS.has(last)) return true;
  if (DIRECTIONS.has(last)) return STREET_ENDS.has(lastWord(text.slice(0, -last.length - 1)));
  return WELSH_STREET_BEGINNINGS.has(firstWord(text));
}

export function isBlock(text: string): boolean {
  return BLOCK_ENDS.has(lastWord(text)) || PARK.test(text);
}
