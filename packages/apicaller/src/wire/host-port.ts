import { isObject } from './is-object.js';

/** What an address is. */
export type AddressType = 'ipv4' | 'ipv6' | 'hostname' | (string & {});
/** From where an address can be reached. */
export type AddressScope = 'public' | 'local-cloud' | 'local-fan' | 'local-machine' | 'link-local' | '' | (string & {});

/** An address of a controller (docs/protocol.md §1.6). */
export interface HostPort {
  /** Host name, or IP address without brackets. */
  value: string;
  type: AddressType;
  scope: AddressScope;
  /** 1 to 65,535. */
  port: number;
  /** Network of the address, where it is told. */
  cidr?: string | undefined;
  /** Name of the space in which the address is, where it is told. */
  'space-name'?: string | undefined;
  'space-id'?: string | undefined;
  'config-type'?: string | undefined;
  'is-secondary'?: boolean | undefined;
}

/** Writes host and port as one dials them: IPv6 addresses in brackets. */
export function formatHostPort({ value, port }: Pick<HostPort, 'value' | 'port'>): string {
  return value.includes(':') ? `[${value}]:${port}` : `${value}:${port}`;
}

/** The type of an address, by its looks. */
export function addressType(host: string): 'ipv4' | 'ipv6' | 'hostname' {
  if (host.includes(':')) return 'ipv6';
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) ? 'ipv4' : 'hostname';
}

/** Reads the addresses of all controllers, one list a controller; null counts as none, an entry without value or port is left out. */
export function readServers(value: unknown): HostPort[][] {
  if (!Array.isArray(value)) return [];
  return value.map((server: unknown) => (Array.isArray(server) ? server.flatMap(readHostPort) : []));
}

function readHostPort(value: unknown): HostPort[] {
  if (!isObject(value)) return [];
  const { value: host, port, type, scope } = value;
  if (typeof host !== 'string' || host === '' || typeof port !== 'number') return [];
  return [
    {
      value: host,
      type: typeof type === 'string' ? type : addressType(host),
      scope: typeof scope === 'string' ? scope : '',
      port,
      ...textMember(value, 'cidr'),
      ...textMember(value, 'space-name'),
      ...textMember(value, 'space-id'),
      ...textMember(value, 'config-type'),
      ...(value['is-secondary'] === true ? { 'is-secondary': true } : {}),
    },
  ];
}

function textMember<Name extends string>(
  value: Readonly<Record<string, unknown>>,
  name: Name,
): Partial<Record<Name, string>> {
  const member = value[name];
  return typeof member === 'string' && member !== '' ? ({ [name]: member } as Record<Name, string>) : {};
}
