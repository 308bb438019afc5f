import { DataSource } from 'typeorm';
import { readEnvironment } from '../config/environment.js';
import { Database } from './database.js';
import { named } from './statement-name.js';

const none = new DataSource({ type: 'postgres' });
const namesStatements = (source: Record<string, string>) =>
  new Database(none, none, readEnvironment(source)).namesStatements;

describe('Hot statements', () => {
  it('bear a name of their text alone, that PostgreSQL keeps whole', () => {
    const first = named('SELECT $1', [1]);
    expect(named('SELECT $1', [2]).name).toBe(first.name);
    expect(named('SELECT  $1', [1]).name).not.toBe(first.name);
    expect(first.name).toMatch(/^[0-9a-f]{32}$/);
  });

  it('are named unless a pooler may lie between, or as the operator says', () => {
    const direct = { DATABASE_URL: 'postgres://a@b/c' };
    const pooled = { ...direct, DATABASE_DIRECT_URL: 'postgres://a@d/c' };
    expect(namesStatements(direct)).toBe(true);
    expect(namesStatements(pooled)).toBe(false);
    expect(namesStatements({ ...pooled, DATABASE_PREPARED_STATEMENTS: 'on' })).toBe(true);
    expect(namesStatements({ ...direct, DATABASE_PREPARED_STATEMENTS: 'off' })).toBe(false);
  });
});
