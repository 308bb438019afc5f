import { readEnvironment } from '../config/environment.js';
import type { Demonstration } from './demonstration.js';
import { guideOf, tourCommand } from './guide.js';

const guide = (variables: Record<string, string>, baseUrl = 'http://127.0.0.1:3000') => {
  const environment = readEnvironment(variables);
  const accounts: Demonstration['accounts'] = [
    { role: 'administrator', username: 'administrator@example.org', password: 'one', totpSecret: 'SECRET' },
    { role: 'candidate', username: 'candidate@example.org', password: 'two' },
    { role: 'canvasser', username: 'canvasser@example.org', password: 'three' },
  ];
  return guideOf({ baseUrl, environment, accounts, electors: 1, say: () => undefined }).join('\n');
};
const command = (variables: Record<string, string>, port: number) =>
  tourCommand(`http://127.0.0.1:${port}`, readEnvironment(variables));

describe('The guide of a demonstration', () => {
  it('names the tour by the command that finds this server', () => {
    expect(command({}, 3000)).toBe('npm run tour');
    expect(command({ PORT: '4600', ROSETTE_DATA_DIR: '/tmp/demo' }, 4600)).toBe(
      'PORT=4600 ROSETTE_DATA_DIR=/tmp/demo npm run tour',
    );
    expect(command({ PORT: '0', HOST: '0.0.0.0' }, 40123)).toBe('HOST=0.0.0.0 PORT=40123 npm run tour');
    expect(command({ ROSETTE_DATA_DIR: "a b's" }, 3000)).toBe(`ROSETTE_DATA_DIR='a b'\\''s' npm run tour`);
    expect(guide({ PORT: '4600' }, 'http://127.0.0.1:4600')).toContain('\n    PORT=4600 npm run tour\n');
  });

  it('says which accounts send a code and how one is made, and keeps their secrets to the file', () => {
    const said = guide({});
    expect(said).toMatch(/administrator@example\.org +one \*\n/);
    expect(said).toMatch(/candidate@example\.org +two\n/);
    expect(said).toContain('as `code` beside username and password');
    expect(said).toContain('oathtool --totp -b');
    expect(said).not.toContain('SECRET');
  });

  it('asks for electors by name, for the anonymous ones come first', () => {
    expect(guide({})).toContain('&name=Smith&limit=5');
  });
});
