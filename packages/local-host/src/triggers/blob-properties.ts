import type { BlobGetPropertiesResponse } from "@azure/storage-blob";

type Name = keyof BlobGetPropertiesResponse;

// A property that the service does not return has the .NET default of its type.
const TIMES = ["lastModified", "createdOn", "copyCompletedOn", "accessTierChangedOn"] as const;
const NUMBERS = ["contentLength", "blobSequenceNumber", "blobCommittedBlockCount", "tagCount"] as const;
const FLAGS = ["isIncrementalCopy", "isServerEncrypted", "accessTierInferred", "isSealed"] as const;
const TEXTS = [
  "contentType",
  "contentEncoding",
  "contentDisposition",
  "contentLanguage",
  "cacheControl",
  "acceptRanges",
  "accessTier",
  "archiveStatus",
  "versionId",
  "copyId",
  "copyProgress",
  "copySource",
  "copyStatusDescription",
] as const;
/** .NET's numbers for the names that the service returns. */
const WORDS = {
  blobType: ["BlockBlob", "PageBlob", "AppendBlob"],
  copyStatus: ["pending", "success", "aborted", "failed"],
  leaseDuration: ["infinite", "fixed"],
  leaseState: ["available", "leased", "expired", "breaking", "broken"],
  leaseStatus: ["locked", "unlocked"],
} as const;
const NEVER = "0001-01-01T00:00:00+00:00";

/** `context.triggerMetadata.properties`: .NET's `BlobProperties` as Json.NET writes them. */
export function blobProperties(properties: BlobGetPropertiesResponse): Readonly<Record<string, unknown>> {
  const { contentMD5, metadata } = properties;
  const valuesOf = (names: readonly Name[], standIn: unknown) =>
    Object.fromEntries(names.map((name) => [name, properties[name] ?? standIn]));
  return {
    ...valuesOf(TEXTS, null),
    ...valuesOf(NUMBERS, 0),
    ...valuesOf(FLAGS, false),
    ...Object.fromEntries(TIMES.map((name) => [name, time(properties[name])])),
    ...Object.fromEntries(
      Object.entries(WORDS).map(([name, words]) => [name, number(words, properties[name as Name])]),
    ),
    metadata: metadata ?? {},
    contentHash: contentMD5 === undefined ? null : Buffer.from(contentMD5).toString("base64"),
    // .NET's ETag has no public properties, so it is written as an empty object.
    eTag: {},
  };
}

function time(date: Date | undefined): string {
  return date?.toISOString().replace(/(?:\.0+)?Z$/, "+00:00") ?? NEVER;
}

function number(words: readonly string[], word: unknown): number {
  return Math.max(
    0,
    words.findIndex((candidate) => candidate === word),
  );
}
