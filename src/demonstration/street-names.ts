/**
 * In charge of names of streets, buildings and parks that nobody lives in. They are put together from invented parts; no
 * list of real streets was used.
 */
const openings =
  'Alder Bram Cald Dunn Ebber Fenn Gorse Hasp Inker Jarrow Kessel Lorn Marl Nether Ost Pell Quill Ravel Sorrel Tamber Ulver Vane Wexel Yarn Zeal Brock Cinder Darrow Elm Farrow Gable Hollin Larch Mallow Orchil Pewter Rook Saffer Thistle Wick'.split(
    ' ',
  );
const endings =
  'wick stead mere combe hurst ford thorpe leigh holt brook wold den croft worth bury ham field mount gate ridge'.split(
    ' ',
  );
const kinds = 'Road Street Avenue Close Gardens Lane Terrace Crescent Way Drive Grove Place Walk Rise'.split(
  ' ',
);
const stretches = ['', 'Upper ', 'Lower ', 'Old ', 'New ', 'Great ', 'Little '];
const buildingKinds = 'House Court Lodge Mansions Point Heights'.split(' ');
const count = openings.length * endings.length * kinds.length;
/** Coprime to the count, so that all names come before one comes again. */
const stride = 7_919;

/** The street of that number; no two numbers below some seventy thousand share a name. */
export function streetName(index: number): string {
  const place = ((index % count) * stride) % count;
  const stretch = stretches[Math.floor(index / count) % stretches.length] as string;
  const base = Math.floor(place / kinds.length);
  return `${stretch}${baseName(base)} ${kinds[place % kinds.length]}`;
}

/** The building of that number. */
export function buildingName(index: number): string {
  const bases = openings.length * endings.length;
  return `${baseName((index * 331) % bases)} ${buildingKinds[Math.floor(index / bases) % buildingKinds.length]}`;
}

export const houseNames = [
  'The Lodge',
  'Rose Cottage',
  'The Old Forge',
  'Orchard House',
  'Ivy Cottage',
  'The Coach House',
  'Hill View',
  'The Gatehouse',
];

function baseName(base: number): string {
  return `${openings[base % openings.length]}${endings[Math.floor(base / openings.length) % endings.length]}`;
}
