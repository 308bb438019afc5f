import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderConfigurationPage } from './configuration-page.js';
import { VARIABLES } from './environment-variables.js';
import { EnvironmentFault, readEnvironment } from './environment.js';

describe('the environment', () => {
  it('has a default for everything that can have one', () => {
    expect(readEnvironment({})).toEqual({
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: 3000,
      PUBLIC_URL: undefined,
      TRUST_PROXY: [],
      CORS_ORIGINS: [],
      DATABASE_URL: undefined,
      DATABASE_DIRECT_URL: undefined,
      MIGRATION_DATABASE_URL: undefined,
      DATABASE_PREPARED_STATEMENTS: 'auto',
      DATABASE_POOL_SIZE: 10,
      DRILL_EVERY_HOURS: 24,
      ROSETTE_DATA_DIR: '.data',
      ROSETTE_KEYS_DIR: join('.data', 'keys'),
      ROSETTE_ADMIN_USERNAME: undefined,
      ROSETTE_ADMIN_PASSWORD: undefined,
      ROSETTE_DEMONSTRATION: 'auto',
      ROSETTE_DEMONSTRATION_ELECTORS: 73_000,
      AUTH_RATE_PER_MINUTE: 120,
      RATE_PER_MINUTE: 1_200,
      SMTP_URL: undefined,
      MAIL_FROM: undefined,
      MAIL_PER_SECOND: 10,
      LOG_LEVEL: 'info',
      METRICS_TOKEN: undefined,
    });
  });

  it('is frozen', () => {
    expect(Object.isFrozen(readEnvironment({}))).toBe(true);
  });

  it('lets the direct connection and the keys follow the values they default to', () => {
    const env = readEnvironment({ DATABASE_URL: 'postgres://a@b/c', ROSETTE_DATA_DIR: '/srv/rosette' });
    expect(env.DATABASE_DIRECT_URL).toBe('postgres://a@b/c');
    expect(env.ROSETTE_KEYS_DIR).toBe('/srv/rosette/keys');
  });

  it('treats an empty value as absent', () => {
    expect(readEnvironment({ PORT: '', METRICS_TOKEN: ' ' })).toEqual(readEnvironment({}));
  });

  it('reads lists and allows port 0', () => {
    const env = readEnvironment({
      PORT: '0',
      TRUST_PROXY: '10.0.0.0/8, ::1',
      CORS_ORIGINS: 'https://a.example',
    });
    expect(env.PORT).toBe(0);
    expect(env.TRUST_PROXY).toEqual(['10.0.0.0/8', '::1']);
    expect(env.CORS_ORIGINS).toEqual(['https://a.example']);
  });

  it('names all faults at once and repeats no secret', () => {
    let fault: unknown;
    try {
      readEnvironment({
        PORT: '65536',
        NODE_ENV: 'staging',
        DATABASE_URL: 'mysql://root:hunter2@db/x',
        TRUST_PROXY: '0.0.0.0/0',
        CORS_ORIGINS: '*',
        METRICS_TOKEN: 'short-secret',
        ROSETTE_DATADIR: '/x',
      });
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(EnvironmentFault);
    const { faults, message } = fault as EnvironmentFault;
    expect(faults.map((line) => line.split(' ')[0]).sort()).toEqual(
      [
        'CORS_ORIGINS',
        'DATABASE_URL',
        'METRICS_TOKEN',
        'NODE_ENV',
        'PORT',
        'ROSETTE_DATADIR',
        'TRUST_PROXY',
      ].sort(),
    );
    expect(message).not.toMatch(/hunter2|short-secret/);
  });

  it.each(['-1', '1.5', '1e3', '0x10', 'ten'])('refuses %s as a port', (PORT) => {
    expect(() => readEnvironment({ PORT })).toThrow(/PORT must be a whole number/);
  });

  it.each([
    'a@b\r\nBcc: c@d',
    'Rosette <a@b>, c@d',
    'Ro"sette <a@b>',
    '<>',
    'rosette',
    'Ro\u2028sette <a@b>',
  ])('refuses %j as the sender of mail', (MAIL_FROM) => {
    expect(() => readEnvironment({ MAIL_FROM })).toThrow(/MAIL_FROM must be an e-mail address/);
  });

  it('asks for a sender where a mail server is named', () => {
    expect(() => readEnvironment({ SMTP_URL: 'smtps://mail.example.org' })).toThrow(/MAIL_FROM must be set/);
    const env = readEnvironment({
      SMTP_URL: 'smtps://mail.example.org',
      MAIL_FROM: 'Kampagne Süd <post@bücher.example>',
    });
    expect(env.MAIL_FROM).toBe('Kampagne Süd <post@bücher.example>');
  });

  it('is documented word for word in docs/configuration.md', () => {
    const file = join(__dirname, '../../docs/configuration.md');
    expect(readFileSync(file, 'utf8')).toBe(renderConfigurationPage());
  });

  it('knows every variable that docker-compose.yml sets for the server', () => {
    const file = readFileSync(join(__dirname, '../../docker-compose.yml'), 'utf8');
    const block = /^x-environment:[^\n]*\n((?:  .*\n)+)/m.exec(file)?.[1] ?? '';
    const names = [
      ...block.matchAll(/^  ([A-Z_]+):/gm),
      ...file.matchAll(/^      (MIGRATION_[A-Z_]+):/gm),
    ].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(7);
    expect(Object.keys(VARIABLES)).toEqual(expect.arrayContaining(names));
  });

  it('takes an address in docker-compose.yml from the named TLS hop, or else from nobody', () => {
    const file = readFileSync(join(__dirname, '../../docker-compose.yml'), 'utf8');
    // The replicas trust the proxy, which therefore hands on one address and no list that a client has begun.
    expect(file).toMatch(/^ +TRUST_PROXY: uniquelocal$/m);
    expect([
      ...file.matchAll(/^ +(set_real_ip_from|real_ip_\w+|proxy_set_header X-Forwarded-For) (.+);$/gm),
    ]).toMatchObject([
      { 1: 'set_real_ip_from', 2: '${TLS_HOP:-127.0.0.1}' },
      { 1: 'real_ip_header', 2: 'X-Forwarded-For' },
      { 1: 'real_ip_recursive', 2: 'on' },
      { 1: 'proxy_set_header X-Forwarded-For', 2: '$$remote_addr' },
    ]);
  });
});
