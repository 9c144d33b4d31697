import { isGrpcServiceError } from '@temporalio/client';

/** The status codes of gRPC that the hub tells apart (grpc.io, status codes). */
export const grpcCode = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  failedPrecondition: 9,
  unimplemented: 12,
  unauthenticated: 16,
} as const;

/** Whether the server itself answered with this code; what a client wraps is not looked into. */
export const hasGrpcCode = (error: unknown, wanted: number): boolean =>
  isGrpcServiceError(error) && (error.code as number) === wanted;
