/**
 * The floor plan: an import may only point down. Everything that may be imported from another room is named here, so
 * that a new door is a change to this file. Room by room from top to bottom; rooms on one line share a floor.
 */
const floors = [
  ['tour'],
  ['demonstration'],
  ['control-room', 'integrations'],
  ['data-protection', 'watch'],
  ['tools/contact-creator', 'tools/organise', 'tools/canary'],
  ['exports', 'intake', 'targeting', 'documents'],
  ['custody', 'backup'],
  ['geography', 'protection'],
  ['switchboard'],
  ['access'],
  ['identity'],
  ['mail', 'jobs'],
  ['kill-switch'],
  ['ledger'],
  ['database', 'http'],
  ['config'],
];

/** What the rooms above may import besides `*.module.ts` and `*.read-model.ts`. A room that is not listed has no more. */
const doors = {
  config: ['environment', 'mailbox', 'vocabulary'],
  demonstration: ['demonstration-accounts', 'demonstration-plan', 'register-generator'],
  http: [
    'body-parser',
    'connection',
    'create-app',
    'csv-cell',
    'has-length',
    'input-text',
    'integer.pipe',
    'keyset',
    'logger',
    'openapi',
    'problem',
    'problem-codes',
    'problem.dto',
    'problem-mapping',
    'rate-limit',
    'problem-reply',
    'readiness',
    'request-limit',
    'reset-answer',
    'route',
    'route-declaration',
    'security-headers',
    'secure-server',
    'etag',
    'is-moment',
    'uuid.pipe',
    'versioned',
  ],
  database: ['database', 'migrate', 'owner-transaction', 'sqlstate', 'tx'],
  'kill-switch': [
    'admission.rules',
    'cut-records.service',
    'enter-sql',
    'fence.service',
    'flip/barrier.service',
    'gate',
    'gate.fixture',
    'open-answers.service',
    'scopes.rules',
    'sentinel/sentinel.service',
    'suspended-problem',
  ],
  jobs: ['job-handler', 'job-interruption', 'job-queue.service', 'metric', 'pulse', 'sweep'],
  ledger: [
    'canonical-json',
    'merkle.rules',
    'partition.repository',
    'signed-note.rules',
    'tree-tiles',
    'verify/run-verify',
  ],
  mail: ['outbox.service'],
  identity: [
    'bearer.guard',
    'envelope.service',
    'key-file',
    'key-ring',
    'password-hash',
    'secret',
    'signed-in',
  ],
  access: ['access', 'departure-hooks', 'permissions'],
  intake: [
    'copy-lines',
    'delimited-file',
    'file-form',
    'file-text',
    'fold.rules',
    'header',
    'receive-file',
    'records',
    'rejected-file',
    'written-date.rules',
  ],
  targeting: ['definition.rules', 'expression.rules', 'fatigue.rules', 'field', 'value-readers'],
  protection: ['suppression.service', 'tombstone-keys'],
  'tools/contact-creator': ['deposits/quarantine.service'],
  custody: ['custody.service'],
  exports: ['admitted-areas', 'answer-block', 'answer-stream.service', 'csv-sql.rules', 'keyed-lines'],
};

/** Same-floor imports that are allowed, each with its reason. */
const neighbours = {
  // A lost database is a problem like any other, and readiness asks the database: it speaks HTTP's vocabulary.
  database: ['http'],
  // The outbox is background work too: it beats, counts and judges an admission as jobs do.
  mail: ['jobs'],
};

const rooms = floors.flat();
const folder = (room) => `^src/${room}/`;
const anyOf = (names) => `^src/(${names.join('|')})/`;

const onlyDown = floors.flatMap((floor, index) =>
  floor.map((room) => {
    const above = floors.slice(0, index).flat();
    const beside = floor.filter((other) => other !== room && !(neighbours[room] ?? []).includes(other));
    return {
      name: `only-down-from-${room.replace('/', '-')}`,
      comment: `${room} knows nothing of the rooms above it or beside it, so that it can be read, tested and trusted without them.`,
      severity: 'error',
      from: { path: folder(room) },
      to: { path: anyOf([...above, ...beside, 'none']) },
    };
  }),
);

const throughDoors = rooms.map((room) => ({
  name: `door-of-${room.replace('/', '-')}`,
  comment: `${room} is entered through its modules, its read models and the files named in this plan; everything else may change without asking.`,
  severity: 'error',
  // The files at the root of src put the rooms together, and a migration runner or test may look anywhere.
  from: { path: '^src/[^/]+/', pathNot: folder(room) },
  to: {
    path: folder(room),
    pathNot: [
      '\\.(module|read-model)\\.ts$',
      ...(doors[room] ?? []).map((file) => `${folder(room)}${file}\\.ts$`),
    ],
  },
}));

module.exports = {
  forbidden: [
    ...onlyDown,
    ...throughDoors,
    {
      name: 'one-tool-never-imports-another',
      comment: 'A tool is a folder that can be switched off; what another tool needs of it could not be.',
      severity: 'error',
      from: { path: '^src/tools/([^/]+)/' },
      to: { path: '^src/tools/', pathNot: '^src/tools/$1/' },
    },
    {
      name: 'a-page-stands-alone',
      comment:
        'What runs in a browser knows the API by its document alone, as any client does; nothing of the server is bundled with it.',
      severity: 'error',
      from: { path: '^src/control-room/page/' },
      to: {
        pathNot: [
          '^src/control-room/page/',
          '^test/golden/openapi\\.d\\.ts$',
          'node_modules/(preact|@preact/signals)/',
        ],
      },
    },
    {
      name: 'a-page-is-bundled',
      comment: 'What runs in a browser is of no use to the server, and is not compiled with it.',
      severity: 'error',
      from: { pathNot: '^src/control-room/page/' },
      to: { path: '^src/control-room/page/' },
    },
    {
      name: 'nothing-imports-the-top',
      comment:
        'The files at the root of src put the rooms together; a room that imports them closes a circle.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'every-folder-is-a-room',
      comment: 'A folder that the floor plan does not know could import anything: give it a floor first.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: anyOf(rooms) },
      to: {},
    },
    {
      name: 'no-room-for-leftovers',
      comment:
        'Folders called common, utils, helpers, shared or core collect what nobody owns; name it after what it is in charge of.',
      severity: 'error',
      from: {},
      to: { path: '/(common|util|utils|helper|helpers|shared|core)/', pathNot: 'node_modules' },
    },
    {
      name: 'no-barrels',
      comment: 'An index file hides where a thing comes from and closes circles.',
      severity: 'error',
      from: {},
      to: { path: '/index\\.ts$', pathNot: 'node_modules' },
    },
    {
      name: 'no-circles',
      comment: 'Two files that import each other are one file; as ES modules they may meet half-initialised.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing imports and that imports nothing is dead.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(src|migrations|test|bench)/',
        pathNot: [
          '\\.d\\.ts$',
          '^test/support/blockable\\.ts$',
          '^test/jest\\.config\\.js$',
          '\\.spec\\.ts$',
          '^src/[^/]+\\.command\\.ts$',
        ],
      },
      to: {},
    },
    {
      name: 'source-never-imports-tests',
      comment:
        'What ships must not need what only tests have. The generated types of the API are gone once compiled.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '\\.(spec|fixture)\\.ts$' },
      to: {
        path: ['^(test|bench)/', '\\.(spec|fixture)\\.ts$'],
        pathNot: '^test/golden/openapi\\.d\\.ts$',
      },
    },
    {
      name: 'typeorm-stays-below',
      comment:
        'Only entities, repositories, read models, the database room and migrations may know TypeORM: whoever holds a repository can open a transaction of his own.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['\\.(entity|repository|read-model)\\.ts$', '^src/database/'],
      },
      to: { path: 'node_modules/(@nestjs/)?typeorm/' },
    },
    {
      name: 'migrations-stand-alone',
      comment:
        'A migration that ran once must mean the same for ever, so it depends on nothing that changes: on no code but the SQL in migrations/parts, which is as frozen as itself.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(src|test|migrations)/', pathNot: '^migrations/parts/' },
    },
    {
      name: 'only-the-runner-runs-migrations',
      comment: 'What runs is the reviewed list in src/database/migrations.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/database/migrations\\.ts$' },
      to: { path: '^migrations/' },
    },
    {
      name: 'no-development-packages',
      comment: 'An installation without development packages must start.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '\\.(spec|fixture)\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'A package that package.json does not name arrives and leaves by accident.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that cannot be followed cannot be judged either.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
  },
};
