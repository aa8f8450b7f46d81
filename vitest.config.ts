import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// isolate:false shares one Nest import between files (0.7 s each otherwise). Everything that starts a process or a database runs serially.
const root = fileURLToPath(new URL('.', import.meta.url))
const shared = {
  resolve: {
    alias: [
      { find: '@huitong/contracts/codes', replacement: `${root}libs/contracts/src/codes.ts` },
      { find: '@huitong/platform/verifier', replacement: `${root}libs/platform/src/verifier.ts` },
      { find: '@huitong/platform/database', replacement: `${root}libs/platform/src/database-entrance.ts` },
      { find: /^@huitong\/([^/]+)$/, replacement: `${root}libs/$1/src/index.ts` },
    ],
  },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
}

export default defineConfig({
  test: {
    reporters: ['default', `${root}test/reporter.mjs`],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          globals: true,
          isolate: false,
          testTimeout: 60_000,
          include: [
            'apps/*/src/**/*.spec.ts',
            'libs/*/src/**/*.spec.ts',
            'test/{bench,scenarios,simulation,vectors,style,hash-lock}/**/*.spec.ts',
          ],
          exclude: ['**/*.it.spec.ts', 'node_modules', 'dist'],
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          globals: true,
          isolate: false,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          include: [
            'apps/*/src/**/*.it.spec.ts',
            'libs/*/src/**/*.it.spec.ts',
            'test/{services,hostile}/**/*.spec.ts',
            'test/hash-lock/**/*.it.spec.ts',
          ],
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          globals: true,
          isolate: false,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 600_000,
          hookTimeout: 300_000,
          include: ['test/e2e/**/*.spec.ts'],
        },
      },
    ],
  },
})
