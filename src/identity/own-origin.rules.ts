/**
 * In charge of whether a request was sent by a page of this server's own. A cookie goes along with whatever a browser
 * sends here, so what rests on one is taken from our own pages alone: `Origin` is written by the browser and not by a
 * page, and no browser leaves it out of a POST.
 */
export interface Sender {
  /** The `Origin` header. */
  origin: string | undefined;
  /** The `Sec-Fetch-Site` header: of browsers that send it, over connections that they trust. */
  fetchSite: string | undefined;
  /** As the request came in. */
  scheme: string;
  host: string;
}

/** `publicUrl` is where browsers reach the server, if that was configured: a proxy may have taken TLS off. */
export function isOwnPage(
  { origin, fetchSite, scheme, host }: Sender,
  publicUrl: string | undefined,
): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return false;
  const known = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  if (origin === undefined) return false;
  if (origin === known) return true;
  // Who configured https means https: a page that somebody on the way wrote has the same host without it.
  return origin === `${scheme}://${host}` && !(known?.startsWith('https:') && scheme !== 'https');
}
