import type { Connection } from '../../domain/connection';

/**
 * Tells of connections that were impaired and are active again, whoever found it out: a run that tried, or a person in
 * another process. @returns what is to be called with all connections whenever they were read
 */
export function createMendWatch(
  mended: (connection: Connection) => void,
): (all: readonly Connection[]) => void {
  let impaired = new Set<string>();
  return (all) => {
    for (const connection of all) {
      if (impaired.has(connection.id) && connection.status === 'active') mended(connection);
    }
    impaired = new Set(all.filter(({ status }) => status === 'impaired').map(({ id }) => id));
  };
}
