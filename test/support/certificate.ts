import { webcrypto } from 'node:crypto';
import { mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

/** A certificate of this machine for itself, valid for an hour, as the server takes it and as a client has to know it. */
export interface TestCertificate {
  cert: string;
  TLS_CERT_FILE: string;
  TLS_KEY_FILE: string;
  /** Puts another pair in its place, as a renewal does; answers the new certificate. */
  renew(): Promise<string>;
  /** Puts a certificate in its place that does not belong to the key. */
  spoil(): Promise<void>;
}

export async function makeCertificate(): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'rosette-tls-'));
  const files = { TLS_CERT_FILE: join(folder, 'cert.pem'), TLS_KEY_FILE: join(folder, 'key.pem') };
  const renew = async () => {
    const { cert, key } = await makePair();
    for (const [file, text] of [
      [files.TLS_KEY_FILE, key],
      [files.TLS_CERT_FILE, cert],
    ] as const) {
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
    }
    return cert;
  };
  const spoil = async () => writeFile(files.TLS_CERT_FILE, (await makePair()).cert);
  return { cert: await renew(), ...files, renew, spoil };
}

async function makePair(): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: Date.now().toString(16),
    name: 'CN=localhost',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert: certificate.toString('pem'), key };
}
