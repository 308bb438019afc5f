import { foldName } from '../../../intake/fold.rules.js';

/** A constituency as a file may write it. */
export interface NamedSeat {
  id: string;
  name: string;
  nameCy: string | null;
}

/**
 * In charge of whether a row says that it is of another constituency than the one it is imported for, as in the file of a
 * whole council. Told are the codes and names of constituencies that there are, and nothing else: what councils write
 * there besides, old codes or short forms of their own, says nothing against a row.
 */
export class OtherSeats {
  private readonly names = new Map<string, string>();

  constructor(ownId: string, seats: readonly NamedSeat[]) {
    for (const { id, name, nameCy } of seats) {
      if (id === ownId) continue;
      for (const written of [id, name, nameCy ?? '']) this.names.set(foldSeat(written), name);
    }
    // Whatever another seat is called in Welsh, the own name is the own one.
    const own = seats.find(({ id }) => id === ownId);
    for (const written of ['', own?.name ?? '', own?.nameCy ?? '']) this.names.delete(foldSeat(written));
  }

  /** The name of the other constituency that the text stands for. */
  named(text: string): string | undefined {
    return text === '' ? undefined : this.names.get(foldSeat(text));
  }
}

function foldSeat(text: string): string {
  return foldName(text.replace(/&/g, ' and '));
}
