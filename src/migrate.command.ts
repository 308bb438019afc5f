import { readEnvironment } from './config/environment.js';
import { migrate } from './database/migrate.js';
import { declared } from './declared.js';

/** `npm run migrate`: brings the operator's database up to date, as rosette_migrator. */
const url = readEnvironment().MIGRATION_DATABASE_URL;
if (url === undefined) {
  process.stderr.write(
    'MIGRATION_DATABASE_URL is not set: it names the database, as the role rosette_migrator.\n',
  );
  process.exitCode = 1;
} else {
  migrate(url, declared(), (line) => process.stdout.write(`${line}\n`)).then(
    () => process.stdout.write('The database is up to date.\n'),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
