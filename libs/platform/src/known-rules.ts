// class-validator gathers the rules of a class and of its ancestors anew for every message, a sixteenth of the gateway's time. Rules do not change
// once the decorators have run: they are gathered once per class.
import { type MetadataStorage, getMetadataStorage } from 'class-validator'

type Gathered = ReturnType<MetadataStorage['getTargetValidationMetadatas']>
type Grouped = ReturnType<MetadataStorage['groupByPropertyName']>

/** Makes `storage` remember what it has gathered. To be called when all classes are loaded; validation with groups or schemas goes its old way. */
export function rememberRules(storage: MetadataStorage = getMetadataStorage()): void {
  const gather = storage.getTargetValidationMetadatas.bind(storage)
  const group = storage.groupByPropertyName.bind(storage)
  const gathered = new Map<object, Gathered>()
  const grouped = new WeakMap<Gathered, Grouped>()
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    const isPlain = (schema ?? '') === '' && !always && !strictGroups && (groups?.length ?? 0) === 0
    if (!isPlain) return gather(target, schema, always, strictGroups, groups)
    const known = gathered.get(target)
    if (known !== undefined) return known
    const fresh = gather(target, schema, always, strictGroups, groups)
    gathered.set(target, fresh)
    return fresh
  }
  storage.groupByPropertyName = (rules) => {
    const known = grouped.get(rules)
    if (known !== undefined) return known
    const fresh = group(rules)
    grouped.set(rules, fresh)
    return fresh
  }
}
