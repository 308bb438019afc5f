/** What an operator is told of a backup or a restore that is refused or has failed; it names no person and no secret. */
export class BackupFault extends Error {
  override readonly name = 'BackupFault';
}
