import { howOf, type How, type Member } from './flip.rules.js';

/** What is reported of a member: milliseconds since the flip, where it was seen to close and to drain. */
export interface MemberReport {
  incarnation: string;
  how: How;
  closedMs: number | null;
  drainedMs: number | null;
}

/** In charge of what was seen of a flip's members while they were waited for. */
export class FlipWatch {
  private readonly closedMs = new Map<string, number>();
  private readonly reports = new Map<string, MemberReport>();

  /** Notes what is new; answers whom to fence, and whether nobody is waited for any more. */
  note(members: readonly Member[], elapsedMs: number): { silent: string[]; isOver: boolean } {
    const silent: string[] = [];
    const at = Math.round(elapsedMs);
    for (const member of members) {
      const { incarnation } = member;
      if (member.closed && !this.closedMs.has(incarnation)) this.closedMs.set(incarnation, at);
      if (this.reports.has(incarnation)) continue;
      const how = howOf(member, elapsedMs);
      if (how === 'silent') silent.push(incarnation);
      else if (how !== undefined) {
        const closedMs = this.closedMs.get(incarnation) ?? null;
        this.reports.set(incarnation, {
          incarnation,
          how,
          closedMs,
          drainedMs: how === 'drained' ? at : null,
        });
      }
    }
    return { silent, isOver: this.reports.size === members.length };
  }

  get members(): MemberReport[] {
    return [...this.reports.values()];
  }
}
