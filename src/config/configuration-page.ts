/**
 * Writes `docs/configuration.md` from the table of variables. A test compares the file with this text,
 * so a variable cannot arrive undocumented.
 */
import { VARIABLES, type Variable } from './environment-variables.js';

/** The whole page as Markdown, ending with a newline. */
export function renderConfigurationPage(): string {
  const rows = (Object.entries(VARIABLES) as [string, Variable][]).map(
    ([name, variable]) =>
      `| \`${name}\` | ${kindOf(variable)} | ${defaultOf(variable)} | ${variable.description}${variable.secret ? ' **Secret.**' : ''} |`,
  );
  return [
    '# Configuration',
    '',
    'Rosette is configured by environment variables alone. Every fault is reported at start-up, all at once; a name',
    'that begins with `ROSETTE_` and is not listed here stops the start. An empty value counts as absent.',
    '',
    'This page is generated from `src/config/environment-variables.ts`.',
    '',
    '| name | kind | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function kindOf(variable: Variable): string {
  switch (variable.kind) {
    case 'choice':
      return variable.choices.map((choice) => `\`${choice}\``).join(', ');
    case 'integer':
      return `whole number, ${variable.minimum} to ${variable.maximum}`;
    case 'url':
      return `URL (${variable.protocols.map((protocol) => `\`${protocol}//\``).join(', ')})`;
    case 'text':
      return variable.minLength ? `text, at least ${variable.minLength} characters` : 'text';
    case 'mailbox':
      return '`Name <address>`';
    case 'addresses':
      return 'list of addresses';
    case 'origins':
      return 'list of origins';
    case 'path':
      return 'path';
  }
}

function defaultOf(variable: Variable): string {
  if ('fallback' in variable && variable.fallback) return variable.fallback;
  if (variable.default === undefined) return 'none';
  return Array.isArray(variable.default) ? 'empty' : `\`${String(variable.default)}\``;
}
