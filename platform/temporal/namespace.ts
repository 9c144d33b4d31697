import type { Connection } from '@temporalio/client';
import type { Logger } from '../log';
import { grpcCode, hasGrpcCode } from './grpc-code';

/** What a hub needs of its namespace (decision 0017). */
export interface NamespaceNeeds {
  namespace: string;
  /** How long Temporal keeps a closed run. */
  retentionDays: number;
  /** Names of search attributes, all of type Keyword. */
  searchAttributes: readonly string[];
}

const keyword = 2; // temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
const daySeconds = 86_400;
/** Seconds; the server reads its list of namespaces every ten. */
const registrationTries = 20;

/**
 * Sets retention and search attributes where the hub may; where it may not (Temporal Cloud) it logs the commands
 * that a person has to run. Safe to run from several processes at once.
 * @returns the commands that are left to a person; empty when all is set
 * @throws the client's error when the server cannot be reached
 */
export async function prepareNamespace(
  connection: Connection,
  needs: NamespaceNeeds,
  log?: Logger,
): Promise<string[]> {
  const commands = [
    ...(await setRetention(connection, needs)),
    ...(await addSearchAttributes(connection, needs)),
  ];
  if (commands.length > 0) {
    log?.warn({ commands }, 'the hub may not prepare its Temporal namespace; run these commands once');
  }
  return commands;
}

async function setRetention(connection: Connection, needs: NamespaceNeeds): Promise<string[]> {
  const { namespace, retentionDays } = needs;
  const ttl = { seconds: retentionDays * daySeconds } as never;
  const service = connection.workflowService;
  try {
    const described = await service.describeNamespace({ namespace });
    const seconds = Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
    if (seconds === retentionDays * daySeconds) return [];
  } catch (error) {
    if (hasGrpcCode(error, grpcCode.notFound)) {
      return await allowed(
        () => service.registerNamespace({ namespace, workflowExecutionRetentionPeriod: ttl }),
        `temporal operator namespace create --namespace ${namespace} --retention ${retentionDays}d`,
      );
    }
    if (!isForbidden(error)) throw error;
  }
  return await allowed(
    () => service.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: ttl } }),
    `temporal operator namespace update --namespace ${namespace} --retention ${retentionDays}d`,
  );
}

async function addSearchAttributes(connection: Connection, needs: NamespaceNeeds): Promise<string[]> {
  const { namespace } = needs;
  const present = await presentAttributes(connection, namespace);
  const missing = needs.searchAttributes.filter((name) => !present.includes(name));
  const commands: string[] = [];
  // One by one: that another process adds one of them at the same time must not fail the others.
  for (const name of missing) {
    commands.push(
      ...(await allowed(
        () =>
          connection.operatorService.addSearchAttributes({
            namespace,
            searchAttributes: { [name]: keyword },
          }),
        `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type Keyword`,
      )),
    );
  }
  return commands;
}

/** A namespace that was made a moment ago is not known everywhere in the server yet. */
async function presentAttributes(connection: Connection, namespace: string): Promise<string[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      const listed = await connection.operatorService.listSearchAttributes({ namespace });
      return Object.keys(listed.customAttributes ?? {});
    } catch (error) {
      if (isForbidden(error)) return [];
      if (!hasGrpcCode(error, grpcCode.notFound) || tries === registrationTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** The command for a person, when the server does not let us; nothing when it is done. */
async function allowed(change: () => Promise<unknown>, command: string): Promise<string[]> {
  try {
    await change();
    return [];
  } catch (error) {
    if (hasGrpcCode(error, grpcCode.alreadyExists)) return [];
    if (isForbidden(error)) return [command];
    throw error;
  }
}

const isForbidden = (error: unknown): boolean =>
  [grpcCode.permissionDenied, grpcCode.unimplemented, grpcCode.unauthenticated].some((c) =>
    hasGrpcCode(error, c),
  );
