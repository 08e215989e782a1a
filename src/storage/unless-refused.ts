// The client libraries of blobs, queues and tables export the same class.
import { RestError } from "@azure/storage-blob";

/** The result of a request, or undefined if storage refuses it with one of these statuses. */
export async function unlessRefused<T>(
  request: Promise<T>,
  ...statuses: readonly number[]
): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RestError && statuses.includes(error.statusCode ?? 0)) return undefined;
    throw error;
  }
}

/** The result of a request, or undefined if the blob, row or queue does not exist. */
export const unlessMissing = <T>(request: Promise<T>) => unlessRefused(request, 404);
