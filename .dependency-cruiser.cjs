// Who may import whom: docs/ARCHITECTURE.md. Anything that is not listed here as allowed is forbidden.
const lib = (name) => `^libs/${name}/`
/** @param {string} from a folder pattern, @param {string[]} may the libraries it may import besides itself */
const only = (name, from, may) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: ['\\.spec\\.ts$', '/testing/'] },
  to: { path: '^(libs|apps|test)/', pathNot: [from, ...may.map(lib)] },
})
const PURE = ['primitives', 'chain', 'protocol', 'contracts', 'sdk']

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('primitives-imports-nothing', '^libs/primitives/', []),
    only('chain', '^libs/chain/', ['primitives']),
    only('protocol', '^libs/protocol/', ['primitives', 'chain']),
    only('contracts', '^libs/contracts/', ['primitives']),
    only('platform', '^libs/platform/', ['primitives', 'contracts']),
    only('launcher', '^libs/launcher/', ['primitives', 'platform']),
    only('sdk', '^libs/sdk/', ['primitives', 'chain', 'contracts/src/codes']),
    only('ledger', '^apps/ledger/', ['primitives', 'chain', 'contracts', 'platform']),
    only('gateway', '^apps/gateway/', ['primitives', 'chain', 'contracts', 'platform']),
    only('notify', '^apps/notify/', ['primitives', 'chain', 'contracts', 'platform']),
    only('settlement', '^apps/settlement/', ['primitives', 'chain', 'contracts', 'platform', 'protocol']),
    only('identity', '^apps/identity/', ['primitives', 'chain', 'contracts', 'platform', 'protocol']),
    only('custody', '^apps/custody/', ['primitives', 'chain', 'contracts', 'platform', 'protocol']),
    only('auditor', '^apps/auditor/', ['primitives', 'contracts', 'platform']),
    only('cli', '^apps/cli/', ['primitives', 'chain', 'sdk', 'launcher', 'contracts/src/codes']),
    {
      name: 'past-the-index',
      comment:
        'a library is used through its index (second entrances: contracts/codes, and those of platform that load no framework: verifier, database)',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: {
        path: '^libs/([^/]+)/',
        pathNot: [
          '^libs/$2/',
          '^libs/[^/]+/src/index\\.ts$',
          '^libs/contracts/src/codes\\.ts$',
          '^libs/platform/src/(verifier|database-entrance)\\.ts$',
        ],
      },
    },
    {
      name: 'testing-only-from-specs',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['\\.spec\\.ts$', '/testing/'] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'pure-libraries-know-no-framework',
      severity: 'error',
      from: { path: `^libs/(${PURE.join('|')})/`, pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules/(@nestjs|typeorm|pg|@nats-io|nats|sodium-native|rxjs)/' },
    },
    {
      name: 'pure-libraries-know-no-node',
      severity: 'error',
      from: { path: `^libs/(${PURE.join('|')})/`, pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
