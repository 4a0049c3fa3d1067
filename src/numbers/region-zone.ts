/** Codes of Russian regions whose clocks do not show Moscow's time. */
const zones: Readonly<Record<string, readonly string[]>> = {
  'Europe/Kaliningrad': ['401'],
  'Europe/Samara': ['341', '846', '848'],
  'Europe/Ulyanovsk': ['842'],
  'Europe/Saratov': ['845'],
  'Europe/Astrakhan': ['851'],
  'Asia/Yekaterinburg': ['342', '343', '345', '346', '347', '349', '351', '352', '353'],
  'Asia/Omsk': ['381'],
  'Asia/Novosibirsk': ['383'],
  'Asia/Tomsk': ['382'],
  'Asia/Novokuznetsk': ['384'],
  'Asia/Barnaul': ['385', '388'],
  'Asia/Krasnoyarsk': ['390', '391', '394'],
  'Asia/Irkutsk': ['301', '395'],
  'Asia/Chita': ['302'],
  'Asia/Yakutsk': ['411', '416'],
  'Asia/Vladivostok': ['421', '423', '426'],
  'Asia/Magadan': ['413'],
  'Asia/Sakhalin': ['424'],
  'Asia/Kamchatka': ['415'],
  'Asia/Anadyr': ['427'],
}

const byCode: ReadonlyMap<string, string> = new Map(
  Object.entries(zones).flatMap(([zone, codes]) => codes.map((code) => [code, zone])),
)

/**
 * The time zone of a geographic number of Russia; null for a mobile number, which says nothing of where
 * its owner is, and for regions that keep Moscow's time.
 *
 * @param number E.164
 */
export const regionZone = (number: string): string | null =>
  /^\+7\d{10}$/.test(number) ? (byCode.get(number.slice(2, 5)) ?? null) : null
