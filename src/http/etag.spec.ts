import { etagOf, requireIfMatch } from './etag.js';

describe('If-Match', () => {
  it.each(['"7"', '"6", "7"', '*', ' "7" '])('%s allows a change of version 7', (header) => {
    expect(() => requireIfMatch(header, 7)).not.toThrow();
  });

  it.each(['"6"', 'W/"7"', '7', '""'])('%s does not', (header) => {
    expect(() => requireIfMatch(header, 7)).toThrow(
      expect.objectContaining({ code: 'precondition-failed' }) as Error,
    );
  });

  it.each([undefined, '', ' '])('is required (%s)', (header) => {
    expect(() => requireIfMatch(header, 7)).toThrow(
      expect.objectContaining({ code: 'precondition-required' }) as Error,
    );
  });

  it('takes the tag that was given out', () => {
    expect(() => requireIfMatch(etagOf('12'), 12)).not.toThrow();
  });
});
