import type { Add } from './check-pools';

/** Refuses a range of IPv4 addresses that EKS does not take for its public endpoint, and one that is as good as the whole internet. */
export function checkAddresses(cidr: string, path: readonly (string | number)[], add: Add): void {
  const [address = '', length = ''] = cidr.split('/');
  const bits = Number(length);
  const value = numberOf(address);
  const first = value - (value % 2 ** (32 - bits));
  if (bits < widest)
    add(
      'cluster',
      path,
      `'${cidr}' opens the API server to ${bits === 0 ? 'the whole' : 'much of the'} internet`,
      `name ranges of /${widest} or smaller`,
    );
  else if (first !== value)
    add('cluster', path, `'${cidr}' has bits behind its range`, `write '${textOf(first)}/${bits}', or '${address}/32' for one address`);
  else if (insideNetworks.some((network) => covers(network, value, bits)))
    add(
      'cluster',
      path,
      `'${cidr}' is a range inside networks, and the public endpoint sees addresses of the internet`,
      'name the address that your network has outside, such as that of its NAT gateway; the private endpoint answers inside anyway',
    );
}

/** The shortest prefix that is taken. Nobody who deploys owns more than a /8. */
const widest = 8;

/** Ranges that are not routed on the internet (RFC 1918, 6598, 1122, 3927). */
const insideNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'];

function covers(network: string, value: number, bits: number): boolean {
  const [address = '', length = ''] = network.split('/');
  const size = 2 ** (32 - Number(length));
  return bits >= Number(length) && Math.floor(value / size) === Math.floor(numberOf(address) / size);
}

const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const textOf = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
