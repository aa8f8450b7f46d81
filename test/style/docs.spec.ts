// The pages say what the code says, and lead where they say they lead.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { SETTINGS } from '@huitong/platform'
import { settingsPage } from '../../scripts/settings-docs.mjs'
import { FILES, ROOT, textOf } from './sources.js'

const PAGES = FILES.filter((file) => file.endsWith('.md'))

it.each(PAGES)('every link of %s leads to a file that is there', (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  const broken = links
    .filter((link) => !/^(https?:|mailto:|#)/.test(link))
    .filter((link) => !existsSync(path.join(ROOT, path.dirname(page), decodeURI(link.replace(/#.*$/, '')))))
  expect(broken).toEqual([])
})

it('docs/settings.md is what the table of settings says (node scripts/settings-docs.mjs)', () => {
  expect(textOf('docs/settings.md')).toBe(settingsPage(SETTINGS))
})
