/** Whose a sealed deposit is, so that one that is copied into another's row does not open. */
export function sealedFor(tokenHash: Buffer, deviceId: string): string {
  return `deposit ${tokenHash.toString('hex')} ${deviceId}`;
}
