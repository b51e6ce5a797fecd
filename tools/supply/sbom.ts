import { createHash, type Hash } from 'node:crypto';
import * as CycloneDX from '@cyclonedx/cyclonedx-library';
import { flatten, type LockedPackage } from './runtime-closure.js';

const { Enums, Models, Serialize, Spec } = CycloneDX;

/**
 * The bill of materials of a published package: CycloneDX 1.6, JSON. The same lock gives the same bytes: it carries no time, and its
 * serial number is made from what it lists.
 */
export function billOfMaterials(published: LockedPackage, kind: 'library' | 'application'): string {
  const all = flatten(published);
  const components = new Map(all.map((one) => [one, componentOf(one, one === published ? kind : 'library')]));
  const bom = new Models.Bom({ serialNumber: serialNumber(all) });
  for (const [one, component] of components) {
    for (const needed of one.dependencies) {
      const ref = components.get(needed)?.bomRef;
      if (ref !== undefined) component.dependencies.add(ref);
    }
    if (one === published) bom.metadata.component = component;
    else bom.components.add(component);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;

  function componentOf(one: LockedPackage, type: 'library' | 'application'): CycloneDX.Models.Component {
    const [name, group] = split(one.name);
    const component = new Models.Component(
      type === 'library' ? Enums.ComponentType.Library : Enums.ComponentType.Application,
      name,
      { group, version: one.version, bomRef: `${one.name}@${one.version}`, purl: purl(one) },
    );
    if (one.licence !== undefined) {
      component.licenses.add(
        /[ ()]/.test(one.licence) ? new Models.LicenseExpression(one.licence) : new Models.SpdxLicense(one.licence),
      );
    }
    const sha512 = /^sha512-(\S+)/.exec(one.integrity ?? '')?.[1];
    if (sha512 !== undefined) {
      component.hashes.set(Enums.HashAlgorithm['SHA-512'], Buffer.from(sha512, 'base64').toString('hex'));
    }
    return component;
  }
}

/** `@scope/name` → `name`, `@scope`. */
function split(name: string): [string, string | undefined] {
  const slash = name.indexOf('/');
  return slash < 0 ? [name, undefined] : [name.slice(slash + 1), name.slice(0, slash)];
}

/** https://github.com/package-url/purl-spec: the `@` of a scope is escaped. */
const purl = ({ name, version }: LockedPackage): string => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

/** A UUID of version 8 (of our own making) from the names, versions and hashes of all. */
function serialNumber(all: readonly LockedPackage[]): string {
  const hash: Hash = createHash('sha256');
  for (const { name, version, integrity } of all) hash.update(`${name}@${version} ${integrity ?? ''}\n`);
  const hex = hash.digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
