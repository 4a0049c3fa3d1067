import fc from 'fast-check'
import t, { type Test } from 'tap'
import { nouns } from '../../../src/numbers/spoken/speaker.ts'
import { sayAs, sayAsFault } from '../../../src/numbers/spoken/spoken.ts'

type Row = readonly [
  interpretAs: string,
  format: string,
  text: string,
  russian: string | null,
  english: string | null,
]

const inBothLanguages = (t: Test, rows: readonly Row[]): void => {
  for (const [interpretAs, format, text, russian, english] of rows) {
    const name = `${interpretAs} [${format}] ${text}`
    t.equal(sayAs('ru-RU', interpretAs, format, text), russian, name)
    t.equal(sayAs('en-US', interpretAs, format, text), english, name)
  }
}

t.test('numbers take gender and case from the format', async (t) => {
  inBothLanguages(t, [
    ['number', '', '0', 'ноль', 'zero'],
    ['number', 'feminine genitive', '121', 'ста двадцати одной', 'one hundred twenty-one'],
    ['number', 'gen f', '121', 'ста двадцати одной', 'one hundred twenty-one'],
    ['cardinal', '', ' 7 ', 'семь', 'seven'],
    ['vxml:number', '', '+7', 'семь', 'seven'],
    ['number', '', '-21', 'минус двадцать один', 'minus twenty-one'],
    ['number', '', '-0', 'ноль', 'zero'],
    ['number', '', '2.5', 'две целых пять десятых', 'two point five'],
    ['number', '', '1,01', 'одна целая одна сотая', 'one point zero one'],
    ['number', '', '2.500', 'две целых пять десятых', 'two point five'],
    ['number', '', '3.1416', null, null],
    ['number', '', '1000000000000', null, null],
    ['number', '', 'семь', null, null],
    ['ordinal', 'feminine', '3', 'третья', 'third'],
    ['ordinal', '', '-3', null, null],
    ['boolean', '', 'true', 'да', 'yes'],
    ['vxml:boolean', '', 'false', 'нет', 'no'],
    ['boolean', '', '1', null, null],
  ])
})

t.test('keys and codes are said one by one, codes with a pause', async (t) => {
  inBothLanguages(t, [
    ['digits', '', '7', 'семь', 'seven'],
    ['digits', '', '10', 'один ноль', 'one zero'],
    ['digits', 'accusative', '*', 'звёздочку', 'star'],
    ['digits', '', '0#', 'ноль решётка', 'zero pound'],
    ['code', '', '0412', 'ноль, четыре, один, два', 'zero, four, one, two'],
    ['code', '', '', null, null],
    ['digits', '', '1a', null, null],
  ])
})

t.test('a telephone number is said in the groups that people say', async (t) => {
  inBothLanguages(t, [
    [
      'telephone',
      '',
      '+78005557373',
      'восемь, восемьсот, пятьсот пятьдесят пять, семьдесят три, семьдесят три',
      'eight, eight hundred, five five five, seven three, seven three',
    ],
    [
      'vxml:phone',
      'international',
      '8 (916) 123-05-07',
      'плюс семь, девятьсот шестнадцать, сто двадцать три, ноль пять, ноль семь',
      'plus seven, nine one six, one two three, zero five, zero seven',
    ],
    [
      'telephone',
      '',
      '+12125551234',
      'плюс один, двести двенадцать, пятьсот пятьдесят пять, двенадцать, тридцать четыре',
      'plus one, two one two, five five five, one two three four',
    ],
    ['telephone', '', '112', 'сто двенадцать', 'one one two'],
    ['telephone', '', 'anonymous', null, null],
  ])
})

t.test('an application number is said as year and threes', async (t) => {
  const first = 'две тысячи двадцать шесть, ноль ноль ноль, ноль ноль один'
  const firstEnglish = 'twenty twenty-six, zero zero zero, zero zero one'
  inBothLanguages(t, [
    ['application-number', '', '2026000001', first, firstEnglish],
    ['application-number', '', 'RU-2026-000001', first, firstEnglish],
    [
      'application-number',
      '',
      '2026012345',
      'две тысячи двадцать шесть, ноль двенадцать, триста сорок пять',
      'twenty twenty-six, zero one two, three four five',
    ],
    ['application-number', '', '2026', null, null],
  ])
})

t.test('dates are said as the answer to "when?" or in the case that is asked for', async (t) => {
  const plain = 'the twenty-fifth of November'
  inBothLanguages(t, [
    ['date', '', '2026-11-25', 'двадцать пятого ноября', plain],
    ['vxml:date', '', '20261125', 'двадцать пятого ноября', plain],
    ['date', 'on', '2026-11-25', 'двадцать пятого ноября', `on ${plain}`],
    [
      'date',
      'weekday',
      '2026-11-25T10:00:00.000+03:00',
      'в среду, двадцать пятого ноября',
      `on Wednesday, ${plain}`,
    ],
    [
      'date',
      'weekday',
      '2026-11-24',
      'во вторник, двадцать четвёртого ноября',
      'on Tuesday, the twenty-fourth of November',
    ],
    [
      'date',
      'weekday year',
      '2026-11-25',
      'в среду, двадцать пятого ноября две тысячи двадцать шестого года',
      `on Wednesday, ${plain}, twenty twenty-six`,
    ],
    ['date', 'nominative', '2026-11-25', 'двадцать пятое ноября', plain],
    ['date', 'dative', '2026-11-25', 'двадцать пятому ноября', plain],
    [
      'date',
      'weekday genitive',
      '2026-11-25',
      'среды, двадцать пятого ноября',
      `Wednesday, ${plain}`,
    ],
    [
      'date',
      'weekday year',
      '????0229',
      'двадцать девятого февраля',
      'the twenty-ninth of February',
    ],
    ['date', '', '2026-02-29', null, null],
    ['date', '', '2026-13-01', null, null],
    ['date', '', '2026-11-25Tea', null, null],
    ['date', '', 'завтра', null, null],
  ])
})

t.test('times are said by the clock of the language', async (t) => {
  inBothLanguages(t, [
    ['time', '', '09:30', 'девять часов тридцать минут', 'nine thirty a.m.'],
    ['time', '', '9:30', 'девять часов тридцать минут', 'nine thirty a.m.'],
    ['time', 'at', '21:00', 'в двадцать один час', 'at nine p.m.'],
    ['time', 'genitive', '20:00', 'двадцати часов', 'eight p.m.'],
    ['time', '', '13:01', 'тринадцать часов одна минута', 'one oh one p.m.'],
    ['time', 'at', '00:00', 'в полночь', 'at midnight'],
    ['time', 'genitive', '24:00', 'полуночи', 'midnight'],
    ['time', '', '12:00', 'двенадцать часов', 'noon'],
    ['time', '', '00:30', 'ноль часов тридцать минут', 'twelve thirty a.m.'],
    ['vxml:time', '', '0930p', 'двадцать один час тридцать минут', 'nine thirty p.m.'],
    ['vxml:time', '', '1200a', 'полночь', 'midnight'],
    ['vxml:time', '', '2130h', 'двадцать один час тридцать минут', 'nine thirty p.m.'],
    ['time', '', '25:00', null, null],
    ['time', '', '2026-11-25T09:00:00Z', null, null],
    ['time', '', '2026-11-25T20:00:00.000+03:00', 'двадцать часов', 'eight p.m.'],
  ])
})

t.test('a date-time names day and time', async (t) => {
  inBothLanguages(t, [
    [
      'date-time',
      '',
      '2026-11-25T10:00',
      'двадцать пятого ноября в десять часов',
      'on the twenty-fifth of November at ten a.m.',
    ],
    [
      'date-time',
      'weekday',
      '2026-11-25T10:00:00+03:00[Europe/Moscow]',
      'в среду, двадцать пятого ноября, в десять часов',
      'on Wednesday, the twenty-fifth of November, at ten a.m.',
    ],
    [
      'date-time',
      'weekday genitive',
      '2026-11-25T10:30',
      'десяти часов тридцати минут среды, двадцать пятого ноября',
      'ten thirty a.m. on Wednesday, the twenty-fifth of November',
    ],
    ['date-time', '', '2026-11-25', null, null],
  ])
})

t.test('a window names its day once', async (t) => {
  inBothLanguages(t, [
    [
      'window',
      '',
      '2026-11-25T10:00/2026-11-25T12:00',
      'в среду, двадцать пятого ноября, с десяти до двенадцати',
      'on Wednesday, the twenty-fifth of November, from ten a.m. to noon',
    ],
    [
      'window',
      '',
      '2026-11-24T13:00:00.000+03:00/2026-11-24T15:00:00.000+03:00',
      'во вторник, двадцать четвёртого ноября, с тринадцати до пятнадцати',
      'on Tuesday, the twenty-fourth of November, from one to three p.m.',
    ],
    [
      'window',
      '',
      '2026-11-25T22:00/2026-11-26T00:00',
      'в среду, двадцать пятого ноября, с двадцати двух до полуночи',
      'on Wednesday, the twenty-fifth of November, from ten p.m. to midnight',
    ],
    [
      'window',
      '',
      '2026-11-25T23:00/2026-11-26T01:00',
      'с двадцати трёх часов среды, двадцать пятого ноября, до одного часа четверга, двадцать шестого ноября',
      'from eleven p.m. on Wednesday, the twenty-fifth of November, to one a.m. on Thursday, the twenty-sixth of November',
    ],
    ['window', '', '08:00/20:00', 'с восьми до двадцати', 'from eight a.m. to eight p.m.'],
    [
      'window',
      '',
      '00:30/01:00',
      'с нуля часов тридцати минут до часа',
      'from twelve thirty to one a.m.',
    ],
    [
      'window',
      '',
      '09:05/13:45',
      'с девяти ноль пяти до тринадцати сорока пяти',
      'from nine oh five a.m. to one forty-five p.m.',
    ],
    ['window', '', '10:00', null, null],
    ['window', '', '10:00/12:00/14:00', null, null],
  ])
})

t.test('a length is exact, or rounded up to minutes and called about', async (t) => {
  inBothLanguages(t, [
    ['duration', '', '95', 'одна минута тридцать пять секунд', 'one minute thirty-five seconds'],
    ['duration', 'accusative', '61', 'одну минуту одну секунду', 'one minute one second'],
    ['duration', '', '0', 'ноль секунд', 'zero seconds'],
    ['duration', '', '7200', 'два часа', 'two hours'],
    ['duration', 'about', '0', 'меньше минуты', 'less than a minute'],
    ['duration', 'about', '1', 'около минуты', 'about one minute'],
    ['duration', 'about', '60', 'около минуты', 'about one minute'],
    ['duration', 'about', '60.5', 'около двух минут', 'about two minutes'],
    ['duration', 'about', '130', 'около трёх минут', 'about three minutes'],
    ['duration', 'about', '3600', 'около часа', 'about one hour'],
    ['duration', 'about', '4800', 'около часа двадцати минут', 'about one hour twenty minutes'],
    ['duration', '', '-1', null, null],
  ])
})

t.test('money is said in its units', async (t) => {
  inBothLanguages(t, [
    [
      'currency',
      '',
      'RUB1250.50',
      'тысяча двести пятьдесят рублей пятьдесят копеек',
      'one thousand two hundred fifty rubles and fifty kopecks',
    ],
    ['vxml:currency', '', 'RUB1', 'один рубль', 'one ruble'],
    ['currency', '', 'RUB2.01', 'два рубля одна копейка', 'two rubles and one kopeck'],
    ['currency', '', 'RUB0.5', 'пятьдесят копеек', 'fifty kopecks'],
    ['currency', '', 'RUB0', 'ноль рублей', 'zero rubles'],
    ['currency', 'accusative', 'RUB1001.00', 'тысячу один рубль', 'one thousand one rubles'],
    ['currency', 'genitive', 'RUB350', 'трёхсот пятидесяти рублей', 'three hundred fifty rubles'],
    ['currency', '', 'USD21', 'двадцать один доллар', 'twenty-one dollars'],
    ['currency', '', 'EUR2', 'два евро', 'two euros'],
    ['currency', '', '350', null, null],
    ['currency', '', 'XYZ350', null, null],
  ])
})

t.test('things are counted under their name in any language', async (t) => {
  inBothLanguages(t, [
    ['count:minute', '', '1', 'одна минута', 'one minute'],
    ['count:минута', 'about', '3', 'около трёх минут', 'about three minutes'],
    ['count:working-day', '', '22', 'двадцать два рабочих дня', 'twenty-two business days'],
    ['count:рабочий день', 'genitive', '5', 'пяти рабочих дней', 'five business days'],
    ['count:person', '', '5', 'пять человек', 'five people'],
    ['count:attempt', '', '1', 'одна попытка', 'one attempt'],
    ['count:attempt', 'accusative', '1', 'одну попытку', 'one attempt'],
    ['count:minute', '', '2.5', null, null],
    ['count:слон', '', '2', null, null],
  ])
})

t.test(
  'unknown kinds and languages give nothing, unknown format words change nothing',
  async (t) => {
    t.equal(sayAs('ru-RU', 'colour', '', 'red'), null)
    t.equal(sayAs('de-DE', 'number', '', '7'), null)
    t.equal(sayAs('', 'number', '', '7'), null)
    t.equal(sayAs('RU', 'number', 'sideways', '7'), 'семь')
  },
)

t.test('the checker learns what is wrong with a say-as', async (t) => {
  t.equal(sayAsFault('date', 'weekday year'), null)
  t.equal(sayAsFault('vxml:date', ''), null)
  t.equal(sayAsFault('count:минута', 'about'), null)
  t.equal(sayAsFault('colour', ''), 'unknown interpret-as "colour"')
  t.equal(sayAsFault('count:слон', ''), 'unknown interpret-as "count:слон"')
  t.equal(sayAsFault('number', 'feminin genitive'), 'unknown word "feminin" in format')
})

t.test('every noun is counted in both languages without loose spaces', async (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...nouns),
      fc.nat({ max: 3000 }),
      fc.constantFrom(
        '',
        'genitive',
        'dative',
        'accusative',
        'instrumental',
        'prepositional',
        'about',
      ),
      (noun, n, format) =>
        ['ru', 'en'].every((language) =>
          /^\p{L}[\p{L}-]*(?: \p{L}[\p{L}-]*)*$/u.test(
            sayAs(language, `count:${noun}`, format, String(n)) ?? '',
          ),
        ),
    ),
  )
  t.pass('held')
})

t.test('no text makes it throw or speak figures', async (t) => {
  const kinds = ['number', 'ordinal', 'digits', 'telephone', 'application-number', 'code', 'date']
  const more = ['time', 'date-time', 'window', 'duration', 'currency', 'count:day', 'boolean']
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[-+0-9.:/T*#?aphRUB]{0,30}$/),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 16)),
  )
  fc.assert(
    fc.property(fc.constantFrom(...kinds, ...more), text, fc.string(), (kind, value, format) =>
      ['ru', 'en'].every(
        (language) => !/[\d*#]|\s\s|undefined/.test(sayAs(language, kind, format, value) ?? ''),
      ),
    ),
    { numRuns: 500 },
  )
  t.pass('held')
})
