/**
 * In charge of the server's own certificate and key: reads them, says what is wrong with them before the server starts, and takes
 * up renewed ones while it runs. Where they come from is the operator's affair.
 */
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions, type Server } from 'node:tls';
import type { Logger } from 'pino';
import type { Environment, Review } from '../config/environment.js';
import { faultForLog } from './logger.js';

/** Undefined where the server speaks plainly. */
export function certificateOf({
  TLS_CERT_FILE,
  TLS_KEY_FILE,
}: Environment): SecureContextOptions | undefined {
  return TLS_CERT_FILE !== undefined && TLS_KEY_FILE !== undefined
    ? read(TLS_CERT_FILE, TLS_KEY_FILE)
    : undefined;
}

/** Both or neither, and a pair that belongs together. */
export const faultsOfCertificate: Review = ({ TLS_CERT_FILE, TLS_KEY_FILE }) => {
  if (TLS_CERT_FILE === undefined && TLS_KEY_FILE === undefined) return [];
  if (TLS_CERT_FILE === undefined) return ['TLS_CERT_FILE must be set where TLS_KEY_FILE is'];
  if (TLS_KEY_FILE === undefined) return ['TLS_KEY_FILE must be set where TLS_CERT_FILE is'];
  try {
    createSecureContext(read(TLS_CERT_FILE, TLS_KEY_FILE));
    return [];
  } catch (error) {
    return [`TLS_CERT_FILE and TLS_KEY_FILE cannot be used: ${codeOf(error)}`];
  }
};

/** Looks at the files again and again: links that are turned, as renewers do it, are told by no watcher. Answers what ends it. */
export function followCertificate(
  server: Pick<Server, 'setSecureContext'>,
  environment: Environment,
  logger: Logger,
  everyMs = 60_000,
): () => void {
  let inUse = certificateOf(environment);
  const timer = setInterval(() => {
    try {
      const found = certificateOf(environment);
      if (!found || (found.cert === inUse?.cert && found.key === inUse?.key)) return;
      // Throws where the two do not belong together, as while one of them is still being written.
      server.setSecureContext(found);
      inUse = found;
      logger.info({ event: 'certificate-renewed' });
    } catch (error) {
      logger.warn({ event: 'certificate-not-renewed', fault: faultForLog(error) });
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

function read(certFile: string, keyFile: string): SecureContextOptions {
  return { cert: contentOf(certFile), key: contentOf(keyFile) };
}

/** An empty one Node takes for none, and then shakes nobody's hand: so a file looks that is just being written. */
function contentOf(file: string): string {
  const content = readFileSync(file, 'utf8');
  if (content.trim() === '') throw Object.assign(new Error('the file is empty'), { code: 'EMPTY' });
  return content;
}

function codeOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name;
}
