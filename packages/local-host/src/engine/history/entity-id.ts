export interface EntityId {
  readonly name: string;
  readonly key: string;
}

/** The instance id of an entity: `@name@key`. The case of the name is kept. */
export function schedulerId({ name, key }: EntityId): string {
  return `@${name}@${key}`;
}

/** The inverse of `schedulerId`; an id that is not an entity's gives an empty name. */
export function entityIdOf(instanceId: string): EntityId {
  const second = instanceId.indexOf("@", 1);
  if (!instanceId.startsWith("@") || second < 0) return { name: "", key: instanceId };
  return { name: instanceId.slice(1, second), key: instanceId.slice(second + 1) };
}
