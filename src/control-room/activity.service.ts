import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { TOOLS } from '../config/vocabulary.js';
import { decodeCursor, page, type Page } from '../http/keyset.js';
import { Fence } from '../kill-switch/fence.service.js';
import type {
  ActiveUser,
  ActiveUserQuery,
  DisclosureRateQuery,
  DisclosureRates,
  MinuteRate,
} from './activity.dto.js';
import { ActivityReadModel, type CountedMinute } from './activity.read-model.js';

const minuteMs = 60_000;

/**
 * In charge of what goes on now: who is at work, and how much is disclosed by the minute. Counts and names of accounts,
 * for whoever may have to stop them; whom they saw is in the record, for the data protection officer.
 */
@Injectable()
export class ActivityService {
  constructor(
    private readonly fence: Fence,
    private readonly activity: ActivityReadModel,
  ) {}

  /** Who was shown most first. The end of the time that is looked at is in the cursor, so that pages fit together. */
  async users(access: Access, { minutes, limit, after }: ActiveUserQuery): Promise<Page<ActiveUser>> {
    const key = decodeCursor(after, ['milliseconds', 'integer', 'uuid']) as
      [number, number, string] | undefined;
    const { until, found } = await this.fence.consult(access, { action: 'activity.read' }, async (tx) => {
      const until = key ? new Date(key[0]) : await this.activity.now(tx);
      const since = new Date(until.getTime() - minutes * minuteMs);
      const last = key && ([key[1], key[2]] as const);
      return { until, found: await this.activity.activeUsers(tx, { since, until }, limit + 1, last) };
    });
    return page(found, limit, ({ disclosures, id }) => [until.getTime(), disclosures, id]);
  }

  async rates(access: Access, { minutes }: DisclosureRateQuery): Promise<DisclosureRates> {
    const { now, counted } = await this.fence.consult(access, { action: 'activity.read' }, async (tx) => ({
      now: await this.activity.now(tx),
      counted: await this.activity.rates(tx, minutes),
    }));
    const present = Math.floor(now.getTime() / minuteMs) * minuteMs;
    const starts = Array.from({ length: minutes }, (_, n) => present - (minutes - 1 - n) * minuteMs);
    return { countedAt: now.toISOString(), items: starts.map((start) => minuteOf(start, counted)) };
  }
}

function minuteOf(start: number, counted: readonly CountedMinute[]): MinuteRate {
  const here = counted.filter(({ at }) => at.getTime() === start);
  const sumOf = (parts: readonly CountedMinute[]) => ({
    disclosures: parts.reduce((sum, { disclosures }) => sum + disclosures, 0),
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
  });
  return {
    at: new Date(start).toISOString(),
    ...sumOf(here),
    tools: TOOLS.map((name) => ({ name, ...sumOf(here.filter(({ tool }) => tool === name)) })),
  };
}
