import { deploymentOf } from './deployment.js';

describe('A deployment, as a certificate names it', () => {
  it('says whether the process speaks TLS itself, and whom it trusts', () => {
    expect(deploymentOf({ TRUST_PROXY: [] })).toEqual({ tls: false, proxies: [] });
    expect(deploymentOf({ TRUST_PROXY: ['loopback'], TLS_CERT_FILE: '/tls/cert.pem' })).toEqual({
      tls: true,
      proxies: ['loopback'],
    });
  });

  it('says nothing where nobody is served', () => {
    expect(deploymentOf({})).toBeNull();
  });
});
