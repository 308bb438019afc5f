import { AccountEntity } from './identity/account.entity.js';
import { SessionEntity } from './identity/session.entity.js';

/** Everything that TypeORM maps: the tables that are looked up by key. */
export const entities = [AccountEntity, SessionEntity] as const;
