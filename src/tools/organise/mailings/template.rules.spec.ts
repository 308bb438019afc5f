import { Faults } from '../../../targeting/field.js';
import { checkTemplate, merged, mergeValues } from './template.rules.js';

const faultsIn = (template: string, further: string[] = []) => {
  const faults = new Faults();
  checkTemplate(template, '/bodyText', faults, further);
  return faults.found.map(({ detail }) => detail);
};
const ada = { title: null, forename: 'Ada', surname: 'Example', membershipNumber: 'M1' };

describe('A template', () => {
  it('puts in what it knows', () => {
    expect(merged('Dear {{forename}} {{ surname }},', mergeValues(ada))).toBe('Dear Ada Example,');
    expect(merged('{{title}}{{fullName}} {{membershipNumber}}', mergeValues(ada))).toBe('Ada Example M1');
  });

  it('is refused with a field it does not know, or with braces that are none', () => {
    expect(faultsIn('Dear {{forename}}, { } are fine')).toEqual([]);
    expect(faultsIn('{{email}}')).toHaveLength(1);
    expect(faultsIn('{{constructor}}')).toHaveLength(1);
    expect(faultsIn('{{forename')).toHaveLength(1);
    expect(faultsIn('{{ forename | upper }}')).toHaveLength(1);
    expect(faultsIn('{{unsubscribeUrl}}')).toHaveLength(1);
    expect(faultsIn('{{unsubscribeUrl}}', ['unsubscribeUrl'])).toEqual([]);
  });

  it('never reads a name as a template, nor lets one end the line', () => {
    const values = mergeValues({ ...ada, forename: '{{surname}}', surname: 'A\r\nBcc: x@example.org' });
    expect(merged('{{forename}}', values)).toBe('{{surname}}');
    expect(merged('{{surname}}', values)).toBe('A Bcc: x@example.org');
  });

  it('never cuts a letter in half', () => {
    const long = { ...ada, forename: `${'x'.repeat(99)}\u{1F600}` };
    for (const text of Object.values(mergeValues(long))) expect(text).not.toMatch(/\p{Surrogate}/u);
  });

  it('cuts what has no end', () => {
    expect(merged('{{forename}}', mergeValues({ ...ada, forename: 'x'.repeat(10_000) }))).toHaveLength(100);
  });
});
