// Deciding on what was seen: a caller may name the version that it looked at, and is refused if the deal has moved since. Who names none takes the
// deal as it is.
import { type Err, err } from '@huitong/primitives'

/** `version_stale` if the deal is not at the version that the caller named. */
export const versionFault = (
  deal: { readonly version: number },
  { version }: { readonly version?: number | undefined },
): Err<'version_stale'> | undefined =>
  version === undefined || version === deal.version ? undefined : err('version_stale', `it is at ${deal.version}`, 'version')
