/**
 * What a file system has; undefined when it is not there.
 * @throws any other fault: what cannot be read is not missing
 */
export async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
