// The nouns of settlement, each with a module of its own. A new noun is one line here.
import type { Type } from '@nestjs/common'

export const NOUNS: readonly Type<object>[] = []
