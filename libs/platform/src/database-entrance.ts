// The database alone: a second entrance to this library for threads, which have no use for the framework and would load it once each.
export { createDatabase, openDatabase } from './pg/database.js'
export { CopyRows, copyInto } from './pg/copy.js'
export { changed, row, rows } from './pg/rows.js'
