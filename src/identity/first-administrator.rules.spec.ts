import { faultsOfFirstAdministrator } from './first-administrator.rules.js';

const good = { ROSETTE_ADMIN_USERNAME: 'First@example.org', ROSETTE_ADMIN_PASSWORD: 'seven brass kettles' };
const faultsOf = (name: string | undefined, password: string | undefined) =>
  faultsOfFirstAdministrator({
    ...(name === undefined ? {} : { ROSETTE_ADMIN_USERNAME: name }),
    ...(password === undefined ? {} : { ROSETTE_ADMIN_PASSWORD: password }),
  });

describe('The first administrator of the environment', () => {
  it('has an e-mail address and a good password, or is not named', () => {
    expect(faultsOfFirstAdministrator(good)).toEqual([]);
    expect(faultsOfFirstAdministrator({})).toEqual([]);
  });

  it.each([
    ['first', 'Password2026', ['ROSETTE_ADMIN_USERNAME must be', 'ROSETTE_ADMIN_PASSWORD is one of']],
    ['first@example.org', 'seven!', ['ROSETTE_ADMIN_PASSWORD must have 12 to 128']],
    ['FIRST@example.org', 'xx first@example.org xx', ['ROSETTE_ADMIN_PASSWORD must not contain']],
    ['first@example.org', undefined, ['ROSETTE_ADMIN_PASSWORD must be set']],
    ['first', undefined, ['ROSETTE_ADMIN_USERNAME must be', 'ROSETTE_ADMIN_PASSWORD must be set']],
    [undefined, 'greenlantern2026', ['ROSETTE_ADMIN_USERNAME must be set', 'ROSETTE_ADMIN_PASSWORD is one']],
    [undefined, 'seven brass kettles', ['ROSETTE_ADMIN_USERNAME must be set']],
  ])('named %s with the password %s is refused, each fault by name', (name, password, expected) => {
    const faults = faultsOf(name, password);
    expect(faults).toEqual(expected.map((start) => expect.stringMatching(`^${start}`) as string));
    expect(faults.join()).not.toMatch(/example|2026|seven/i);
  });
});
