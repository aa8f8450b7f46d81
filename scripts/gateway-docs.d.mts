/** The generated files by name, as the code says they should be. */
export function generated(): Promise<Record<string, string>>
