import { createReadStream } from 'node:fs';
import { readEnvironment } from './config/environment.js';
import { loadPostcodes } from './geography/postcode-loader.js';

/** `npm run load-postcodes -- <file>`: takes a Code-Point file into the database, as rosette_migrator. */
const url = readEnvironment().MIGRATION_DATABASE_URL;
const path = process.argv[2];
if (url === undefined || path === undefined) {
  process.stderr.write('Name a Code-Point file, and set MIGRATION_DATABASE_URL (role rosette_migrator).\n');
  process.exitCode = 1;
} else {
  loadPostcodes(url, createReadStream(path), ({ line, reason }) =>
    process.stderr.write(`line ${line}: ${reason}\n`),
  ).then(
    ({ loaded, refused }) => process.stdout.write(`${loaded} postcodes loaded, ${refused} rows refused.\n`),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
