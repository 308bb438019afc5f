/** The settings that every embedded server runs with, each with its reason. A caller may override them. */
export function serverSettings(
  socketDirectory: string,
  extra: Record<string, string>,
): Record<string, string> {
  return {
    // No TCP port: who may enter the socket directory may connect, nobody else.
    listen_addresses: '',
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '100',
    shared_buffers: '256MB',
    // What was answered is on disk. Said here so that no configuration file weakens it unnoticed.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // Room for loading a register without a checkpoint every few seconds.
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    wal_buffers: '16MB',
    checkpoint_timeout: '15min',
    // A query whose client has died stops instead of running to its end.
    client_connection_check_interval: '100ms',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Messages name constraints and codes; statements and DETAIL lines would carry personal data into a file.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '%m [%p] ',
    ...extra,
  };
}

export function asArguments(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
