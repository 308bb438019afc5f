import { OtherSeats } from './other-seat.rules.js';

describe('The constituency that a row names', () => {
  const seats = new OtherSeats('W07000092', [
    { id: 'W07000092', name: 'Cardiff West', nameCy: 'Gorllewin Caerdydd' },
    { id: 'W07000091', name: 'Cardiff South and Penarth', nameCy: 'De Caerdydd a Phenarth' },
    { id: 'E14001434', name: 'Putney', nameCy: null },
  ]);

  it.each([
    ['E14001434', 'Putney'],
    ['w07000091', 'Cardiff South and Penarth'],
    ['CARDIFF SOUTH & PENARTH', 'Cardiff South and Penarth'],
    ['De Caerdydd a Phenarth', 'Cardiff South and Penarth'],
  ])('is another one where it is %s', (text, name) => {
    expect(seats.named(text)).toBe(name);
  });

  it.each(['', 'W07000092', 'CARDIFF WEST', 'Gorllewin Caerdydd', 'W07000051', 'CW', '1'])(
    'is not told for another one where it is "%s"',
    (text) => {
      expect(seats.named(text)).toBeUndefined();
    },
  );
});
