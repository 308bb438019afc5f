import { generateKeyPairSync } from 'node:crypto';
import { openCheckpoint, openNote, signCheckpoint, verifierKey } from './signed-note.rules.js';

/** The example by which implementations of signed notes test themselves. */
const known = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};
const origin = 'rosette/one';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const key = verifierKey(origin, publicKey);
const checkpoint = { origin, size: 12_345, root: Buffer.alloc(32, 7) };

describe('A signed note', () => {
  it('is read as others sign it', () => {
    const note = `${known.text}\n${known.signature}`;
    expect(openNote(note, [known.key])).toEqual({ text: known.text, signedBy: ['PeterNeumann'] });
    expect(openNote(note.replace('answer', 'cause'), [known.key])).toBe('a signature is of another text');
    expect(openNote(note, [])).toBe('no trusted key has signed it');
    expect(openNote(note, [known.key.replace('c74f20a3', 'c74f20a4')])).toBe('no trusted key has signed it');
  });

  it('carries a checkpoint, signed by every key that signs', () => {
    const newer = generateKeyPairSync('ed25519');
    const note = signCheckpoint(checkpoint, [
      { name: origin, privateKey: newer.privateKey },
      { name: origin, privateKey },
    ]);
    expect(openCheckpoint(note, [key])).toEqual(checkpoint);
    expect(openCheckpoint(note, [verifierKey(origin, newer.publicKey)])).toEqual(checkpoint);
  });

  it('is refused where one character of its text is another', () => {
    const note = signCheckpoint(checkpoint, [{ name: origin, privateKey }]);
    const end = note.indexOf('\n\n') + 1;
    for (let at = 0; at < end; at += 1) {
      const changed = `${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`;
      expect(typeof openCheckpoint(changed, [key])).toBe('string');
    }
  });

  it('speaks for its own log alone', () => {
    const note = signCheckpoint(checkpoint, [{ name: 'rosette/other', privateKey }]);
    expect(openCheckpoint(note, [verifierKey('rosette/other', publicKey)])).toBe('its log has not signed it');
  });

  it('is refused where it is no checkpoint', () => {
    for (const text of ['', 'x', 'x\n\n', `${origin}\n-1\nAA==\n\n`])
      expect(typeof openCheckpoint(text, [key])).toBe('string');
    expect(openCheckpoint(`${known.text}\n${known.signature}`, [known.key])).toBe('it is no checkpoint');
  });
});
