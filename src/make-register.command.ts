import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import {
  generateRegister,
  refuseImpossible,
  type RegisterRequest,
} from './demonstration/register-generator.js';
import { LAYOUTS, type RegisterLayout } from './demonstration/register-layout.js';

/** `npm run make-register`: writes a made-up register to a file, or to standard output. */
const usage = `Usage: npm run --silent make-register -- --layout <layout> --constituency <GSS code> --electors <number> --seed <number>
       [--published YYYY-MM-DD] [--out <file>] [--help]
Writes to standard output where no file is named; published on 2026-12-01 where no day is.
Layouts: ${LAYOUTS.join(', ')}`;

interface Order {
  request: RegisterRequest;
  out: string | undefined;
}

/** Undefined: only how it is used was asked for. */
function readOrder(): Order | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      layout: text,
      constituency: text,
      electors: text,
      seed: text,
      published: text,
      out: text,
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const layout = LAYOUTS.find((known) => known === required('layout', values.layout)) as
    RegisterLayout | undefined;
  if (layout === undefined) throw new RangeError(`there is no layout "${values.layout}"`);
  return {
    request: {
      layout,
      constituencyId: required('constituency', values.constituency),
      electors: wholeNumber('electors', values.electors),
      seed: wholeNumber('seed', values.seed),
      publishedOn: values.published ?? '2026-12-01',
    },
    out: values.out,
  };
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new RangeError(`--${name} is missing`);
  return value;
}

function wholeNumber(name: string, value: string | undefined): number {
  const text = required(name, value);
  if (!/^\d{1,12}$/.test(text)) throw new RangeError(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
}

/** Those under 16 come on top of the electors asked for, so the rows are counted as they pass. Below the header, a line is one. */
async function* counted(
  pieces: AsyncIterable<string>,
  written: { rows: number },
): AsyncGenerator<string, void> {
  let lines = 0;
  for await (const piece of pieces) {
    lines += piece.split('\n').length - 1;
    written.rows = lines - 1;
    yield piece;
  }
}

async function main(): Promise<void> {
  const order = readOrder();
  if (!order) return void process.stdout.write(`${usage}\n`);
  const { request, out } = order;
  // Before the file is opened: a refusal leaves none behind.
  refuseImpossible(request);
  const written = { rows: 0 };
  const pieces = Readable.from(counted(generateRegister(request), written), {
    objectMode: true,
    highWaterMark: 4,
  });
  await pipeline(pieces, out === undefined ? process.stdout : createWriteStream(out));
  if (out !== undefined)
    process.stdout.write(
      `${written.rows.toLocaleString('en-GB')} made-up rows for ${request.constituencyId}, laid out as ${request.layout}, are in ${out}.\n`,
    );
}

main().catch((error: NodeJS.ErrnoException) => {
  // Whoever reads the first lines only, as `head` does, closes the pipe.
  if (error.code === 'EPIPE') return;
  const isUsage = error instanceof RangeError || error.code?.startsWith('ERR_PARSE_ARGS') === true;
  process.stderr.write(`${error.message}\n${isUsage ? `${usage}\n` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
});
