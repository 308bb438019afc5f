import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import ts from 'typescript';
import { PROBLEMS } from '../../src/http/problem-codes.js';
import { migrations } from '../../src/database/migrations.js';

const root = join(__dirname, '..', '..');
const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const linesOf = (file: string): number => textOf(file).trimEnd().split('\n').length;

const source = filesBelow('src');
const isTest = (file: string) => /\.(spec|fixture)\.ts$/.test(file);
const shipped = source.filter((file) => !isTest(file));

/** Rules that a linter cannot express. Their lists of exceptions may only shrink. */
describe('The source', () => {
  const roles =
    'command controller dto entity filter guard interceptor middleware module pipe read-model repository rules rules.spec service spec fixture strategy d'.split(
      ' ',
    );

  it('names every file kebab-noun or kebab-noun.role', () => {
    const name = new RegExp(
      `^[a-z][a-z0-9]*(-[a-z0-9]+)*(\\.(${roles.map((role) => role.replace('.', '\\.')).join('|')}))?\\.tsx?$`,
    );
    expect(source.filter((file) => !name.test(basename(file)))).toEqual([]);
  });

  it('names every migration timestamp-verb-noun', () => {
    expect(
      filesBelow('migrations').filter(
        (file) => !/^migrations\/(\d{13}-[a-z]+(-[a-z0-9]+)+|parts\/[a-z-]+)\.ts$/.test(file),
      ),
    ).toEqual([]);
  });

  it('runs every migration there is, oldest first', () => {
    const written = filesBelow('migrations')
      .filter((file) => !file.includes('/parts/'))
      .map((file) => /\d{13}/.exec(file)?.[0]);
    expect(migrations.map(({ name }) => /\d{13}$/.exec(name)?.[0])).toEqual(written);
  });

  it('names every constraint in the migration that makes it', () => {
    const unnamed =
      /(?<!\$\{name\}_fkey )(?<!CONSTRAINT \w+\s+)(?<!WITH )\b(PRIMARY KEY|FOREIGN KEY|CHECK) ?\(|(?<!CONSTRAINT \w+\s+)(?<!\)\s*)\bREFERENCES [a-z]|(?<!CONSTRAINT \w+\s+)\bUNIQUE ?\(/;
    expect(filesBelow('migrations').filter((file) => unnamed.test(textOf(file)))).toEqual([]);
  });

  it('has no file of leftovers and no barrel', () => {
    expect(
      source.filter((file) => /(^|\/)(index|common|utils?|helpers?|shared|core)(\.ts|\/)/.test(file)),
    ).toEqual([]);
  });

  it('keeps a service, repository or read model within 200 lines, and any file within 300', () => {
    expect(
      shipped.filter((file) => /\.(service|repository|read-model)\.ts$/.test(file) && linesOf(file) > 200),
    ).toEqual([]);
    expect(shipped.filter((file) => linesOf(file) > 300)).toEqual([]);
  });

  it('says in every file with logic what the file is in charge of', () => {
    const needsNone = /\.(module|controller|dto|entity|d)\.ts$/;
    expect(shipped.filter((file) => !needsNone.test(file) && !textOf(file).includes('/**'))).toEqual([]);
  });

  it('takes the transaction as the first parameter of every repository and read model', () => {
    // Answers guards before any transaction of the request is open.
    const exceptions = [
      'PrincipalReadModel.bySession',
      'PrincipalReadModel.load',
      'PrincipalReadModel.forgetAll',
    ];
    const without = shipped
      .filter((file) => /\.(repository|read-model)\.ts$/.test(file))
      .flatMap(methodsWithoutTx);
    expect(without.filter((method) => !exceptions.includes(method))).toEqual([]);
    expect(exceptions.filter((method) => !without.includes(method))).toEqual([]);
  });

  it('begins and ends transactions in one place', () => {
    const speaksOfTransactions =
      /['"`](BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|SET ROLE|SET LOCAL|RESET ROLE)\b/;
    expect(shipped.filter((file) => speaksOfTransactions.test(textOf(file)))).toEqual([
      'src/database/database.ts',
      'src/database/owner-transaction.ts',
    ]);
    const transacts = /\.(transact|transaction|startTransaction)\(/;
    expect(shipped.filter((file) => transacts.test(textOf(file)))).toEqual([
      'src/database/database.ts',
      'src/database/migrate.ts',
      'src/kill-switch/fence.service.ts',
    ]);
  });

  it('enters the fence in one place, and discloses in one', () => {
    const calls = (sql: string) => shipped.filter((file) => textOf(file).includes(`SELECT ${sql}(`));
    expect(calls('ks.enter')).toEqual(['src/kill-switch/enter-sql.ts']);
    expect(calls('custody.disclosed')).toEqual(['src/custody/disclosed-sql.ts']);
  });

  it('reads the tables of people in repositories and read models alone', () => {
    const reads = /\b(FROM|JOIN|INTO|UPDATE)\s+(contact_creator|organise)\./i;
    expect(
      shipped.filter((file) => reads.test(textOf(file)) && !/\.(repository|read-model)\.ts$/.test(file)),
    ).toEqual([]);
  });

  it('counts the length of text as the database does, never by the rules of class-validator', () => {
    const counts = /\b(Length|MinLength|MaxLength)\b[^;]*from 'class-validator'/;
    expect(shipped.filter((file) => counts.test(textOf(file)))).toEqual([]);
  });

  it('refuses a part of the path with a pointer, never by the pipes of Nest', () => {
    const pipes = /\bParse(UUID|Int|Float|Bool|Enum|Array|Date)Pipe\b/;
    expect(shipped.filter((file) => pipes.test(textOf(file)))).toEqual([]);
  });

  it('guards by the three global guards, never by one of a route', () => {
    expect(
      shipped.filter((file) => /@UseGuards\(|forwardRef\(|Scope\.(REQUEST|TRANSIENT)/.test(textOf(file))),
    ).toEqual([]);
  });

  it('passes over no error in silence: no empty catch, also of a promise', () => {
    const silent = /catch\s*(\([^)]*\))?\s*\{\s*\}|\.catch\(\(\)\s*=>\s*\{\s*\}\)/;
    expect(shipped.filter((file) => silent.test(textOf(file)))).toEqual([]);
  });

  it('raises every problem that its registry explains, and explains nothing that is never raised', () => {
    const elsewhere = shipped
      .filter((file) => !/\/(problem-codes|route-problems)\.ts$/.test(file))
      // That a status would be translated is no reason for anybody to send it.
      .map((file) => textOf(file).replace(/^ {2}\d{3}: '.*$/gm, ''))
      .join('\n');
    expect(Object.keys(PROBLEMS).filter((code) => !elsewhere.includes(`'${code}'`))).toEqual([]);
  });

  it('explains no problem by a way out that does not exist', () => {
    const hasDeposit = shipped.some((file) => /reach: deposit\(/.test(textOf(file)));
    const named = Object.entries(PROBLEMS).filter(([, { description }]) => /deposit/i.test(description));
    expect(hasDeposit ? [] : named).toEqual([]);
  });

  it('switches no rule off without saying why', () => {
    const silenced =
      /(oxlint|eslint)-disable(?!-next-line .+ -- .{10,})|@ts-(ignore|nocheck)|prettier-ignore/;
    const own = relative(root, __filename);
    expect(
      [...source, ...filesBelow('test')].filter((file) => file !== own && silenced.test(textOf(file))),
    ).toEqual([]);
  });
});

describe('The repository', () => {
  it('numbers its decisions without a gap', () => {
    const decisions = readdirSync(join(root, 'docs', 'decisions')).filter((file) => file.endsWith('.md'));
    expect(decisions.map((file) => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]))).toEqual(
      decisions.map((_, index) => index + 1),
    );
  });

  it('locks its packages without naming the registry they came from', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved":/);
  });
});

function methodsWithoutTx(file: string): string[] {
  const tree = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  return tree.statements.filter(ts.isClassDeclaration).flatMap((declaration) =>
    declaration.members.filter(ts.isMethodDeclaration).flatMap((method) => {
      const first = method.parameters[0];
      const takesTx =
        first?.name.getText() === 'tx' && first.type?.getText() === 'Tx' && first.questionToken === undefined;
      return takesTx ? [] : [`${declaration.name?.text}.${method.name.getText()}`];
    }),
  );
}
