import { femaleForenames, maleForenames } from './data/forenames.js';
import { surnames } from './data/surnames.js';
import { Random, WeightedChoice } from './random.js';

/** In charge of names: forenames as often as they are given, surnames each as often as another. Nobody real is meant. */
export interface PersonName {
  title: string;
  forename: string;
  middleNames: string;
  surname: string;
}

const female = choiceOf(femaleForenames);
const male = choiceOf(maleForenames);
const surnameList = surnames.split(' ');

export function newSurname(random: Random): string {
  const surname = random.pick(surnameList);
  return random.chance(0.02) ? `${surname}-${random.pick(surnameList)}` : surname;
}

export function newName(random: Random, surname: string): PersonName {
  const isFemale = random.chance(0.51);
  const forenames = isFemale ? female : male;
  const forename = forenames.pick(random);
  const middleName = random.chance(0.6) ? forenames.pick(random) : '';
  return {
    title: isFemale ? random.pick(['Mrs', 'Ms', 'Miss']) : 'Mr',
    forename,
    middleNames: middleName === forename ? '' : middleName,
    surname,
  };
}

function choiceOf(text: string): WeightedChoice<string> {
  return new WeightedChoice(
    text.split(' ').map((pair) => {
      const [item = '', weight = ''] = pair.split(':');
      return { item, weight: Number(weight) };
    }),
  );
}
