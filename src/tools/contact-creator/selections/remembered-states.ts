import { Problem } from '../../../http/problem.js';
import type { ProblemCode } from '../../../http/problem-codes.js';
import type { SelectionState } from './selection.repository.js';

const most = 1_000;
/** With which work is refused that was begun by an older state: it is another definition, or one of other classes. */
const ofAnOlderState: readonly ProblemCode[] = ['conflict', 'purpose-not-authorised'];

/**
 * How selections stood when they were last read here. Only a guess, by which a page asks the fence once instead of twice:
 * the work itself reads the state again, and refuses where it is another.
 */
export class RememberedStates {
  private readonly states = new Map<string, SelectionState>();

  /** Does the work by the guess, and where that is refused and was wrong, once more by what is so now. */
  async work<Value>(
    key: string,
    readNow: () => Promise<SelectionState>,
    work: (state: SelectionState) => Promise<Value>,
  ): Promise<Value> {
    const guess = this.states.get(key);
    if (!guess) return work(this.keep(key, await readNow()));
    try {
      return await work(guess);
    } catch (error) {
      if (!(error instanceof Problem) || !ofAnOlderState.includes(error.code)) throw error;
      const state = this.keep(key, await readNow());
      if (state.version === guess.version) throw error;
      return work(state);
    }
  }

  private keep(key: string, state: SelectionState): SelectionState {
    // The one that has been here longest goes: a Map keeps the order of insertion.
    this.states.delete(key);
    this.states.set(key, state);
    const [oldest] = this.states.keys();
    if (this.states.size > most && oldest !== undefined) this.states.delete(oldest);
    return state;
  }
}
