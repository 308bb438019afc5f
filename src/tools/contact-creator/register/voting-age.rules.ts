/**
 * The voting age as a table by nation and kind of election, since it changes by Act: a new age is a line with the day
 * from which elections are held under it. Sources: Representation of the People Act 1983 s. 1 and 2, Scottish Elections
 * (Reduction of Voting Age) Act 2015, Senedd and Elections (Wales) Act 2020.
 */
export type Nation = 'england' | 'scotland' | 'wales' | 'northern-ireland';

/** `local` is councils and mayors; `devolved` the Scottish Parliament, the Senedd and the Northern Ireland Assembly. */
export type ElectionType = 'uk-parliament' | 'devolved' | 'local' | 'police-and-crime-commissioner';

interface VotingAge {
  from: string;
  age: number;
}

const eighteen: VotingAge[] = [{ from: '1970-01-01', age: 18 }];

/** Newest first. No line: no such election there. */
const votingAges: Record<ElectionType, Partial<Record<Nation, VotingAge[]>>> = {
  'uk-parliament': {
    england: eighteen,
    scotland: eighteen,
    wales: eighteen,
    'northern-ireland': eighteen,
  },
  devolved: {
    scotland: [{ from: '2016-05-05', age: 16 }, ...eighteen],
    wales: [{ from: '2021-05-06', age: 16 }, ...eighteen],
    'northern-ireland': eighteen,
  },
  local: {
    england: eighteen,
    scotland: [{ from: '2016-05-05', age: 16 }, ...eighteen],
    wales: [{ from: '2022-05-05', age: 16 }, ...eighteen],
    'northern-ireland': eighteen,
  },
  'police-and-crime-commissioner': { england: eighteen, wales: eighteen },
};

/** Undefined where no election of this kind is held. */
export function votingAge(type: ElectionType, nation: Nation, on: string): number | undefined {
  return votingAges[type][nation]?.find(({ from }) => from <= on)?.age;
}

const nations: Record<string, Nation> = { E: 'england', S: 'scotland', W: 'wales', N: 'northern-ireland' };

/** The nation of a constituency by the first letter of its GSS code. */
export function nationOf(constituencyId: string): Nation | undefined {
  return nations[constituencyId.charAt(0)];
}
