import path from 'node:path';

/**
 * Reads `.env` of the working directory into the environment, where there is one. What the environment already holds
 * comes before it.
 * @throws Error when the file is there and cannot be read
 */
export function loadEnvFile(): void {
  const file = path.resolve('.env');
  try {
    process.loadEnvFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new Error(`${file} cannot be read: ${message}`, { cause: error });
  }
}
