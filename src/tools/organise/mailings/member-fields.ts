/**
 * The fields that members are chosen by for a mailing. In charge of what each means in SQL over `m` (the member); no
 * table but the member's own is asked.
 */
import { operator, type FieldTable } from '../../../targeting/field.js';
import { not } from '../../../targeting/expression.rules.js';
import { boolean, date, listOf, oneOf, text } from '../../../targeting/value-readers.js';

/** Whoever was expelled or has died is written to under no circumstances. */
export const MAILABLE_STATUSES = ['current', 'lapsed', 'suspended', 'resigned'] as const;
const KINDS = ['member', 'affiliated-supporter'] as const;
const uuid = text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'the id of a branch');

export const memberFields: FieldTable = {
  status: {
    operators: {
      in: operator(
        listOf(oneOf(MAILABLE_STATUSES)),
        (values, bind) => `m.status = ANY (${bind(values)}::text[])`,
      ),
    },
  },
  kind: {
    operators: {
      in: operator(listOf(oneOf(KINDS)), (values, bind) => `m.kind = ANY (${bind(values)}::text[])`),
    },
  },
  branchId: {
    operators: {
      in: operator(listOf(uuid), (values, bind) => `m.branch_id = ANY (${bind(values)}::uuid[])`),
    },
  },
  joined: {
    operators: {
      before: operator(date, (day, bind) => `m.joined_on < ${bind(day)}::date`),
      after: operator(date, (day, bind) => `m.joined_on > ${bind(day)}::date`),
    },
  },
  hasEmail: {
    operators: { is: operator(boolean, (wanted) => (wanted ? 'm.has_email' : not('m.has_email'))) },
  },
};
