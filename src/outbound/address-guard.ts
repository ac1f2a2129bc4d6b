import ipaddr from 'ipaddr.js';
import { Fault } from '../errors.ts';

/**
 * Webhooks may reach only public hosts; metric sources, which operators configure, are usually private; pages to scrape,
 * which callers name, are nowhere unless an operator allows it. The identity of an instance is at a few addresses, and its
 * client reaches no others.
 */
export type GuardProfile = 'webhook' | 'source' | 'scrape' | 'instance';

/** Says why an IP address must not be connected to; undefined when it may. */
export type AddressGuard = (address: string) => string | undefined;

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Subnet = [Address, number];

const ALLOWED_RANGES: Record<GuardProfile, readonly string[]> = {
  webhook: ['unicast'],
  source: ['unicast', 'private', 'loopback', 'uniqueLocal', 'carrierGradeNat'],
  scrape: [],
  instance: [],
};

/** Where instances are told who they are; on loopback stand proxies of it, which clouds' own tools start there too. */
const IDENTITY: readonly Subnet[] = [
  '169.254.169.254/32', // AWS, Google, Azure
  'fd00:ec2::254/128', // AWS over IPv6
  '169.254.170.2/32', // tasks of ECS
  '169.254.170.23/32', // pods of EKS
  'fd00:ec2::23/128', // pods of EKS over IPv6
  '127.0.0.0/8',
].map((subnet) => ipaddr.parseCIDR(subnet));

/** Instance metadata hands out credentials to whoever asks; no allow list opens these. */
const METADATA: readonly Subnet[] = [
  '169.254.0.0/16', // AWS, Google, Azure and most others; all of IPv4 link-local
  'fe80::/10', // IPv6 link-local
  'fd00:ec2::/32', // AWS over IPv6
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure's host agent, formally a public address
  '192.0.0.192/32', // Oracle
].map((subnet) => ipaddr.parseCIDR(subnet));

/** Translations that carry an IPv4 address in their last four bytes; judged by what they carry. */
const TRANSLATED = new Set(['rfc6052', 'rfc6145']);

export function createAddressGuard(options: {
  profile: GuardProfile;
  /** Addresses and CIDRs that are allowed beyond the profile. */
  allow: readonly string[];
}): AddressGuard {
  if (options.profile === 'instance') return identityGuard;
  const allow = options.allow.map(parseSubnet);
  const ranges = ALLOWED_RANGES[options.profile];
  return (text) => {
    if (!ipaddr.isValid(text)) return 'something that is no IP address';
    if (isIpv4Compatible(text)) return 'an IPv4-compatible IPv6 address, a form that is out of use';
    const address = carriedAddress(ipaddr.process(text));
    if (isWithin(address, METADATA)) return 'a link-local or cloud metadata address';
    const range = address.range();
    if (ranges.includes(range) || isWithin(address, allow)) return undefined;
    return `an address of the range ${range}`;
  };
}

function identityGuard(text: string): string | undefined {
  if (!ipaddr.isValid(text)) return 'something that is no IP address';
  if (isWithin(ipaddr.process(text), IDENTITY)) return undefined;
  return 'an address at which no instance is told who it is';
}

function parseSubnet(text: string): Subnet {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) {
    throw new Fault('bad-configuration', `allow list entry "${text}" is no address and no CIDR`);
  }
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isWithin(address: Address, subnets: readonly Subnet[]): boolean {
  return subnets.some(
    ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
  );
}

/** Also dotted, a form that the parser takes for `::ffff:a.b.c.d`. */
const DOTTED_COMPATIBLE = /^[0:]*::?\d+\.[\d.]+$/;
const COMPATIBLE = ipaddr.parseCIDR('::/96');
const SPECIAL = ['unspecified', 'loopback'];

/** `::127.0.0.1` and its like (RFC 4291, 2.5.5.1): no host has one, but some systems still follow them. */
function isIpv4Compatible(text: string): boolean {
  if (DOTTED_COMPATIBLE.test(text)) return true;
  const address = ipaddr.parse(text);
  return isWithin(address, [COMPATIBLE]) && !SPECIAL.includes(address.range());
}

function carriedAddress(address: Address): Address {
  if (!TRANSLATED.has(address.range())) return address;
  return ipaddr.fromByteArray(address.toByteArray().slice(-4));
}
