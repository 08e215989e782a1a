export interface EntityId {
  readonly name: string;
  readonly key: string;
}

/** The instance id that an entity is reached under: `@name@key`. The name is taken as it is. */
export function schedulerId({ name, key }: EntityId): string {
  return `@${name}@${key}`;
}

/** The other way round; an id that is none gives an empty name. */
export function entityIdOf(instanceId: string): EntityId {
  const second = instanceId.indexOf("@", 1);
  if (!instanceId.startsWith("@") || second < 0) return { name: "", key: instanceId };
  return { name: instanceId.slice(1, second), key: instanceId.slice(second + 1) };
}
