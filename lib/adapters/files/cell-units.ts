import { shorten } from '../../history';
import { formatDuration, type LoadUnit, parseDuration, parseLoadUnit } from '../../units';

/** What stands behind numbers, read: factors to one unit, and that unit; or why not. */
export type CellUnits =
  { readonly factors: ReadonlyMap<string, number>; readonly unit: string } | { readonly message: string; readonly hint: string };

const thousands: Readonly<Record<string, number>> = {
  ...{ k: 1e3, K: 1e3, M: 1e6, Mil: 1e6, Mio: 1e6, Mn: 1e6, G: 1e9, B: 1e9, Bil: 1e9, Mrd: 1e9, T: 1e12, Tri: 1e12 },
};
const bytes: Readonly<Record<string, number>> = {
  ...{ B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 },
  ...{ KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, PiB: 2 ** 50, bytes: 1, byte: 1 },
};
const seconds: Readonly<Record<string, number>> = {
  ...{ ns: 1e-9, µs: 1e-6, μs: 1e-6, us: 1e-6, ms: 1e-3, s: 1, sec: 1, secs: 1, seconds: 1, min: 60, mins: 60, minutes: 60, hour: 3_600 },
  ...{ hours: 3_600, day: 86_400, days: 86_400, week: 604_800, weeks: 604_800 },
};

type Part = { readonly unit: string; readonly factor: number };

/**
 * Reads what stands behind the numbers of a column, such as `%`, `K`, `req/s`, `K req/s`, `MiB`, and brings it to one unit: the one that the
 * config states, where that can be.
 *
 * @param found all that stands there, each once; empty where nothing does
 * @param stated the unit of the config
 */
export function cellUnits(found: readonly string[], stated: LoadUnit | undefined): CellUnits {
  const isBytes = found.some((text) => /^[kKMGTP]i?B(\/|ps|$)/.test(text)) && !found.includes('K');
  const unknown = found.find((text) => !isUnit(text));
  if (unknown !== undefined)
    return {
      message: `holds ${shorten(unknown)} behind a number, which is no unit`,
      hint: 'leave a number alone in its cell, or with its unit',
    };
  const parts = new Map(found.filter((text) => text !== '').map((text) => [text, partOf(text, isBytes)]));
  const units = [...new Set([...parts.values()].map(({ unit }) => unit))].filter((unit) => unit !== '');
  if (units.length > 1)
    return {
      message: `holds values in several units: ${units.slice(0, 4).map(shorten).join(', ')}`,
      hint: 'export one unit a column, or the values without units',
    };
  const [unit = ''] = units;
  if (unit !== '' && found.includes(''))
    return {
      message: `holds some values in ${shorten(unit)} and others without a unit`,
      hint: 'export all with their unit, or none',
    };
  const scale = scaleTo(unit, stated);
  if (typeof scale !== 'number') return scale;
  return { factors: new Map([...parts].map(([text, { factor }]) => [text, factor * scale])), unit };
}

/** Whether a text may be a unit: a known one, or a word or two, also by the time. */
function isUnit(text: string): boolean {
  const { unit, factor } = partOf(text, true);
  if (unit === '' || unit === '%' || factor !== 1 || ['B', 'B/s', 's'].includes(unit) || parseLoadUnit(unit) !== undefined) return true;
  return /^[\p{L}°]+( \p{L}+)?(\s?\/\s?\p{L}+)?$/u.test(unit);
}

function partOf(text: string, isBytes: boolean): Part {
  const [, byte, per = ''] = /^([A-Za-z]+?)(\/s|\/sec|ps)?$/.exec(text) ?? [];
  if (byte !== undefined && Object.hasOwn(bytes, byte) && (isBytes || byte !== 'B'))
    return { unit: per === '' ? 'B' : 'B/s', factor: bytes[byte] };
  if (Object.hasOwn(seconds, text)) return { unit: 's', factor: seconds[text] };
  const [, prefix, rest = ''] = /^([A-Za-z]+)(?:\s+(\S.*))?$/.exec(text) ?? [];
  if (prefix !== undefined && Object.hasOwn(thousands, prefix)) return { unit: rest, factor: thousands[prefix] };
  return { unit: text, factor: 1 };
}

/** What values in a unit are multiplied by, to be in the one that is stated. */
function scaleTo(unit: string, stated: LoadUnit | undefined): number | { readonly message: string; readonly hint: string } {
  if (unit === '' || stated === undefined) return 1;
  const differs = {
    message: `holds values in ${shorten(unit)}, and its unit is '${statedText(stated)}'`,
    hint:
      parseLoadUnit(unit) === undefined
        ? 'export the values in that unit, or without units'
        : `say unit: '${unit}', or name another column`,
  };
  if (unit === '%') return stated.noun === '%' ? 1 : stated.noun === 'ratio' ? 0.01 : differs;
  if (unit === 'B') return stated.perMs !== null ? differs : ({ bytes: 1, MiB: 2 ** -20, GiB: 2 ** -30 }[stated.noun] ?? differs);
  if (unit === 'B/s') return stated.noun === 'bytes' && stated.perMs !== null ? stated.perMs / 1_000 : differs;
  const known = parseLoadUnit(unit);
  if (known !== undefined) return known.noun === stated.noun && known.perMs === stated.perMs ? 1 : differs;
  const perMs = perOf(unit);
  return perMs !== undefined && stated.perMs !== null && perMs !== stated.perMs ? differs : 1;
}

/** The time of a rate whose noun is not known: `ops/s`, `rpm`. */
function perOf(unit: string): number | undefined {
  const per = /\/\s*([a-z]+)$/i.exec(unit)?.[1] ?? /^[a-z]+p([smh])$/i.exec(unit)?.[1];
  return per === undefined ? undefined : parseDuration(`1${per}`);
}

const perTexts: Readonly<Record<number, string>> = { 1_000: 's', 60_000: 'min', 3_600_000: 'h', 86_400_000: 'd' };

const statedText = ({ noun, perMs }: LoadUnit): string => (perMs === null ? noun : `${noun}/${perTexts[perMs] ?? formatDuration(perMs)}`);
