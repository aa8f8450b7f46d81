import type { Setting } from '@huitong/platform'

/** The page for a table of settings. */
export function settingsPage(settings: Readonly<Record<string, Setting<unknown>>>): string
