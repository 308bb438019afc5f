import { domainToASCII } from 'node:url';

/**
 * In charge of what an e-mail address is: one plain address without comment, quote, group or route, so that nothing in
 * it can become a second recipient or a header line (RFC 5321, 4.1.2, without its obsolete forms).
 */
export interface Mailbox {
  name: string;
  address: string;
}

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const localPart = new RegExp(`^${atom}(\\.${atom})*$`);
const label = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const domainName = new RegExp(`^${label}(\\.${label})*$`);
// Control characters end lines; quotes and angle brackets would have to be escaped.
const displayName = /^[^\p{Cc}\p{Zl}\p{Zp}"<>]{1,100}$/u;

/** The address as it goes on the wire, an international domain in its ASCII form; undefined if it is none. */
export function addressOf(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const written = text.slice(at + 1);
  // domainToASCII strips tabs and line ends, as URLs do: what holds one is refused before.
  const isInternational = /^[\p{L}\p{M}\p{N}.-]+$/u.test(written) && !domainName.test(written);
  const domain = isInternational ? domainToASCII(written) : written;
  const address = `${local}@${domain}`;
  const isAddress =
    localPart.test(local) && local.length <= 64 && domainName.test(domain) && address.length <= 254;
  return isAddress ? address : undefined;
}

/** `Name <address>` or an address alone; undefined if it is neither. */
export function mailboxOf(text: string): Mailbox | undefined {
  const [, name = '', inBrackets] = /^([^<>]*?) ?<([^<>]+)>$/.exec(text) ?? [];
  const address = addressOf(inBrackets ?? text);
  if (address === undefined || (name !== '' && !displayName.test(name))) return undefined;
  return { name, address };
}
