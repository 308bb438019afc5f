/** In charge of the command: reads the words, opens the database, answers in lines or as one JSON object, with an exit code. */
import type { Logger } from 'pino';
import { breakGlass, exitCodes, type Outcome } from './break-glass.js';
import { readOrder } from './break-glass-words.rules.js';

interface OpenDatabase {
  url: string;
  stop(): Promise<void>;
}

export interface Terminal {
  /** The database as an operator reaches it. Errors: in words for the operator. */
  open: () => Promise<OpenDatabase>;
  logger: Logger;
  out: (line: string) => void;
  complain: (line: string) => void;
}

/** The exit code. Never rejects. */
export async function runBreakGlass(words: readonly string[], terminal: Terminal): Promise<number> {
  const { out, complain, logger } = terminal;
  const asksJson = words.includes('--json');
  const answer = ({ code, body, lines }: Outcome): number => {
    if (asksJson) out(JSON.stringify(body, null, 2));
    else for (const line of lines) (code === exitCodes.refused ? complain : out)(line);
    return code;
  };
  const order = readOrder(words);
  if ('faults' in order) return answer(refused(order.faults));
  let database: OpenDatabase | undefined;
  try {
    database = await terminal.open();
    return answer(await breakGlass(order, { url: database.url, logger, tell: asksJson ? complain : out }));
  } catch (error) {
    return answer(refused([error instanceof Error ? error.message : String(error)]));
  } finally {
    // Last: whoever ends an embedded server waits for it.
    await database?.stop();
  }
}

function refused(faults: readonly string[]): Outcome {
  return { code: exitCodes.refused, body: { error: faults.join('\n') }, lines: [...faults] };
}
