/**
 * In charge of chance that repeats: numbers that a seed decides, the same on every machine (sfc32 by Chris Doty-Humphrey,
 * seeded by FNV-1a). Not for secrets.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: string) {
    this.a = fnv1a(`${seed}#a`);
    this.b = fnv1a(`${seed}#b`);
    this.c = fnv1a(`${seed}#c`);
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** At least 0 and less than 1. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new Error('there is nothing to pick from');
    return items[Math.floor(this.next() * items.length)] as Item;
  }

  shuffle<Item>(items: readonly Item[]): Item[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = this.between(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other] as Item, shuffled[last] as Item];
    }
    return shuffled;
  }
}

/** Picks items as often as their weights say. */
export class WeightedChoice<Item> {
  private readonly ends: number[] = [];
  private readonly total: number;

  constructor(private readonly weighted: readonly { item: Item; weight: number }[]) {
    let end = 0;
    for (const { weight } of weighted) this.ends.push((end += weight));
    if (end <= 0) throw new Error('there is nothing to pick from');
    this.total = end;
  }

  pick(random: Random): Item {
    const point = random.next() * this.total;
    let low = 0;
    let high = this.ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ends[middle] as number) > point) high = middle;
      else low = middle + 1;
    }
    return (this.weighted[low] as { item: Item }).item;
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
