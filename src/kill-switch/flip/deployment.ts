import type { Environment } from '../../config/environment.js';

/** How clients reach the process that completes a flip, as its certificate says it: what stands before the cut. */
export interface Deployment {
  /** Whether it speaks TLS itself. */
  tls: boolean;
  /** The proxies that it trusts. */
  proxies: readonly string[];
}

/** Null where the process serves nobody, as an operator's command. */
export function deploymentOf({ TLS_CERT_FILE, TRUST_PROXY }: Partial<Environment>): Deployment | null {
  return TRUST_PROXY === undefined ? null : { tls: TLS_CERT_FILE !== undefined, proxies: TRUST_PROXY };
}
