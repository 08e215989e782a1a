import { cpSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../tools/run.ts";

type Versions = Readonly<Record<string, string>>;

interface LockEntry {
  readonly version: string;
  readonly integrity?: string;
  /** The manifest of a package of this repository, which a project installs as a tarball. */
  readonly link?: boolean;
  readonly dependencies?: Versions;
  readonly optionalDependencies?: Versions;
  readonly peerDependencies?: Versions;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const { packages: LOCKED } = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, LockEntry>>;
};

/** The version of a package that is installed here. */
export function installedVersion(name: string): string {
  return locked(`node_modules/${name}`).version;
}

/**
 * Copies packages and their dependencies into a project, at the same places as here, so that npm fetches nothing.
 *
 * @param roots names of installed packages, and folders of packages of this repository, which are not copied themselves
 * @returns the entries for the project's lock file
 */
export function copyInstalled(
  roots: readonly string[],
  project: string,
): Readonly<Record<string, LockEntry>> {
  const found = new Set<string>();
  const pending = roots.map((root) => (root.startsWith("packages/") ? root : `node_modules/${root}`));
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (found.has(place) || locked(place).link) continue;
    found.add(place);
    for (const name of needs(locked(place))) pending.push(...findFrom(place, name));
  }
  const places = [...found].filter((place) => place.startsWith("node_modules/"));
  for (const place of places) {
    const source = path.join(ROOT, place);
    // The lock file also lists the binaries for other systems.
    if (existsSync(source))
      cpSync(source, path.join(project, place), { recursive: true, filter: notNested(source) });
  }
  // With a checksum, npm would not accept the existing copy and unpack it again.
  return Object.fromEntries(
    places.map((place) => {
      const { integrity: _, ...entry } = locked(place);
      return [place, entry];
    }),
  );
}

function needs({
  dependencies,
  optionalDependencies,
  peerDependencies = {},
  peerDependenciesMeta,
}: LockEntry) {
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta?.[name]?.optional);
  return Object.keys({ ...dependencies, ...optionalDependencies }).concat(peers);
}

/**
 * As Node resolves: in the requesting package, then in the folders above. Empty for an optional one that is not
 * installed.
 */
function findFrom(place: string, name: string): string[] {
  for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    const candidate = path.posix.join(at, "node_modules", name);
    if (candidate in LOCKED) return [candidate];
    if (at === "") return [];
  }
}

/** A nested package has its own entry. */
function notNested(source: string): (file: string) => boolean {
  return (file) => path.relative(source, file) !== "node_modules";
}

function locked(place: string): LockEntry {
  const entry = LOCKED[place];
  if (entry === undefined) throw new Error(`package-lock.json has no ${place}`);
  return entry;
}
