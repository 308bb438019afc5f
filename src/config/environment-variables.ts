/**
 * The table of every environment variable: its kind, default and meaning. It drives the reader
 * (`environment.ts`) and the page (`configuration-page.ts`), so that neither can know a variable
 * the other does not.
 */

/** How one variable is read. `fallback` is documentation for a default that another variable decides. */
export type Variable = { description: string; secret?: true } & (
  | { kind: 'text'; default?: string; fallback?: string; minLength?: number }
  | { kind: 'path'; default?: string; fallback?: string }
  | { kind: 'choice'; choices: readonly string[]; default: string }
  | { kind: 'integer'; minimum: number; maximum: number; default: number }
  | { kind: 'url'; protocols: readonly string[]; default?: undefined; fallback?: string }
  | { kind: 'mailbox'; default?: undefined; fallback?: string }
  | { kind: 'addresses' | 'origins'; default: readonly [] }
);

const POSTGRES = ['postgres:', 'postgresql:'] as const;

export const VARIABLES = {
  NODE_ENV: {
    kind: 'choice',
    choices: ['production', 'development', 'test'],
    default: 'production',
    description: 'What the process is for. Forgetting it loosens nothing.',
  },
  HOST: {
    kind: 'text',
    default: '127.0.0.1',
    description: 'Address to listen on; `0.0.0.0` in a container.',
  },
  PORT: {
    kind: 'integer',
    minimum: 0,
    maximum: 65_535,
    default: 3000,
    description: 'Port to listen on; `0` takes any free port.',
  },
  TLS_CERT_FILE: {
    kind: 'path',
    description:
      'Certificate chain in PEM. With it and `TLS_KEY_FILE` the server speaks TLS alone, with HTTP/2 and HTTP/1.1; renewed files are taken up within a minute.',
  },
  TLS_KEY_FILE: {
    kind: 'path',
    description: 'Private key of the certificate, in PEM, without a passphrase.',
  },
  PUBLIC_URL: {
    kind: 'url',
    protocols: ['http:', 'https:'],
    fallback: 'none; in a demonstration without `SMTP_URL` the address it listens on',
    description:
      'Where browsers and mail readers reach this server; used in links. Without it no mailing is sent, for nobody could unsubscribe. With `https` the API also sends HSTS.',
  },
  TRUST_PROXY: {
    kind: 'addresses',
    default: [],
    description:
      'Proxies whose `X-Forwarded-*` headers count: addresses, CIDR ranges or `loopback`, `linklocal`, `uniquelocal`, separated by commas. The `Forwarded` header of RFC 7239 is never read: let the proxy write `X-Forwarded-For`.',
  },
  CORS_ORIGINS: {
    kind: 'origins',
    default: [],
    description: 'Origins whose pages may call the API, separated by commas (`https://app.example.org`).',
  },
  DATABASE_URL: {
    kind: 'url',
    protocols: POSTGRES,
    secret: true,
    fallback: 'an embedded PostgreSQL below the data directory',
    description: 'PostgreSQL as the unprivileged role `rosette_api`; may go through a transaction pooler.',
  },
  DATABASE_DIRECT_URL: {
    kind: 'url',
    protocols: POSTGRES,
    secret: true,
    fallback: '`DATABASE_URL`',
    description:
      'The same role without a pooler, for the sentinel, for flips of the kill switch, for the orders that make them for sealing the ledger and for the journal: at most ten connections, per process.',
  },
  MIGRATION_DATABASE_URL: {
    kind: 'url',
    protocols: POSTGRES,
    secret: true,
    description:
      'PostgreSQL as `rosette_migrator`; read by the migrations and by `npx rosette suspend|lift|status|record|backup|restore`.',
  },
  DATABASE_PREPARED_STATEMENTS: {
    kind: 'choice',
    choices: ['auto', 'on', 'off'],
    default: 'auto',
    description:
      'Whether hot statements are prepared once per connection. `auto`: unless `DATABASE_DIRECT_URL` differs from `DATABASE_URL`, which means a pooler; `on` is right for PgBouncer from 1.21 with `max_prepared_statements`.',
  },
  DATABASE_POOL_SIZE: {
    kind: 'integer',
    minimum: 1,
    maximum: 500,
    default: 10,
    description: 'Connections for requests, per process.',
  },
  ROSETTE_DATA_DIR: {
    kind: 'path',
    default: '.data',
    description: 'Folder for the embedded database and local state.',
  },
  ROSETTE_KEYS_DIR: {
    kind: 'path',
    fallback: '`keys` below `ROSETTE_DATA_DIR`',
    description: 'Folder of the signing and encryption keys (files with mode 0600).',
  },
  DRILL_EVERY_HOURS: {
    kind: 'integer',
    minimum: 0,
    maximum: 8_760,
    default: 24,
    description:
      'How often the switch is tried on the canary, by one replica of all; `0`: only by `POST /v1/drills`. The first comes a minute after the start.',
  },
  JOURNAL_FILE: {
    kind: 'path',
    fallback:
      '`journal.jsonl` in a folder beside `ROSETTE_DATA_DIR` with the embedded database; else none is kept',
    description:
      'File to which each server appends what a restore must not revive: suspensions, ends, objections. On another disk than the database, one for each machine; docs/backup.md.',
  },
  ROSETTE_ADMIN_USERNAME: {
    kind: 'text',
    description:
      'E-mail address of the first administrator, made at a start that finds none; needs `ROSETTE_ADMIN_PASSWORD`. Without it a set-up token is printed instead.',
  },
  ROSETTE_ADMIN_PASSWORD: {
    kind: 'text',
    secret: true,
    description:
      'Password of the first administrator, 12 to 128 characters and none that is tried first; has no effect once there is one.',
  },
  ROSETTE_DEMONSTRATION: {
    kind: 'choice',
    choices: ['auto', 'true', 'false'],
    default: 'auto',
    description:
      'Whether made-up accounts and registers are loaded into an empty database. `auto`: where neither `DATABASE_URL` nor `ROSETTE_ADMIN_USERNAME` is set. `true` needs `MIGRATION_DATABASE_URL` where `DATABASE_URL` is set.',
  },
  ROSETTE_DEMONSTRATION_ELECTORS: {
    kind: 'integer',
    minimum: 1,
    maximum: 2_500_000,
    default: 73_000,
    description: 'Electors of each register of the demonstration.',
  },
  AUTH_RATE_PER_MINUTE: {
    kind: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: 120,
    description: 'Requests below `/v1/auth/` that one address may make in a minute, per process.',
  },
  RATE_PER_MINUTE: {
    kind: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: 1_200,
    description:
      'Requests below `/v1/` that one account may make in a minute, or one address without a valid token, per process; those below `/v1/auth/` are counted apart. As many may come at once.',
  },
  SMTP_URL: {
    kind: 'url',
    protocols: ['smtp:', 'smtps:'],
    secret: true,
    fallback: 'mail is written as `.eml` files to `mail` below `ROSETTE_DATA_DIR`',
    description:
      'Mail server, with user and password if it asks for them. With `smtp` the connection is upgraded by STARTTLS and refused without it, unless the server is on the loopback address or the URL ends in `?requireTLS=false`.',
  },
  MAIL_FROM: {
    kind: 'mailbox',
    fallback: '`Rosette <rosette@example.org>`, in files only',
    description: 'Sender of every message, `Name <address>` or an address; must be set where `SMTP_URL` is.',
  },
  MAIL_PER_SECOND: {
    kind: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 10,
    description: 'Messages handed to the mail server in a second, per process.',
  },
  LOG_LEVEL: {
    kind: 'choice',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    description: 'Least severity that is written to the log (JSON lines on standard output).',
  },
  METRICS_TOKEN: {
    kind: 'text',
    minLength: 16,
    secret: true,
    description: 'Bearer token for `GET /metrics`. Without it only the loopback address is answered.',
  },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
