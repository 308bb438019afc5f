/**
 * In charge of who may be in the file of a source, as SQL over `e`. Asked when the ids are frozen and again when a block is
 * read: an objection takes effect at once. A file of a selection holds nobody who has left its answer since, and one of a list
 * nobody whom its walks no longer show: on paper, too, a door that asked for peace is left in peace. What a removed source
 * asked is taken for the strictest. Indexes: selection_pkey, list_pkey, door_pkey.
 */
import { fatigueRange } from '../../../targeting/fatigue.rules.js';
import { lastingReasons, noReasonSql, type Terms } from '../selections/exclusion.rules.js';
import type { ExportSourceKind } from './export.dto.js';

const isOnRegister = `e.is_current AND e.entry_kind <> 'anonymous' AND NOT e.is_deceased AND e.objected_at IS NULL`;
const isDoNotKnock = `EXISTS (
              SELECT FROM contact_creator.door k
              WHERE k.constituency_id = $1 AND k.id = e.door_id AND k.do_not_knock_at IS NOT NULL)`;

/** By the SQL of the source's id. */
export const mayBeExported: Record<ExportSourceKind, (source: string) => string> = {
  constituency: () => isOnRegister,
  selection: (source) => `${isOnRegister} AND ${noReasonSql(lastingReasons(ofSelection(source)))}`,
  list: (source) => `${isOnRegister} AND ${noReasonSql(lastingReasons(ofList(source)))}`,
};

function ofSelection(source: string): Terms {
  const asked = (sql: string, otherwise: string) => `coalesce((
              SELECT ${sql} FROM contact_creator.selection t WHERE t.constituency_id = $1 AND t.id = ${source}), ${otherwise})`;
  return {
    byOpinion: asked('t.uses_opinions', 'true'),
    atDoors: asked(`t.definition ->> 'for' = 'doorstep' OR t.definition ->> 'unit' <> 'person'`, 'true'),
    atDoorsteps: asked(`t.definition ->> 'for' = 'doorstep'`, 'true'),
    isDoNotKnock,
    triedAt: 'e.last_attempt_at',
    fatigueDays: asked(`(t.definition ->> 'fatigueDays')::integer`, String(fatigueRange.unlessAsked)),
  };
}

/** Going back to who was not in is what a list is for: its days count from the last conversation, as on its walks. */
function ofList(source: string): Terms {
  const asked = (sql: string, otherwise: string) => `coalesce((
              SELECT ${sql} FROM contact_creator.list t WHERE t.constituency_id = $1 AND t.id = ${source}), ${otherwise})`;
  return {
    byOpinion: asked('t.uses_opinions', 'true'),
    atDoors: 'true',
    atDoorsteps: 'true',
    isDoNotKnock,
    triedAt: 'e.last_contact_at',
    fatigueDays: asked('t.fatigue_days', String(fatigueRange.unlessAsked)),
  };
}
