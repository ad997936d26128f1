import type { Random } from './text-random.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
// What scanners mistake, beyond what the normalization folds.
const MISREAD: readonly (readonly [string, string])[] = [
  ['e', 'c'],
  ['c', 'e'],
  ['h', 'b'],
  ['b', 'h'],
  ['n', 'u'],
  ['u', 'n'],
  ['m', 'rn'],
  ['l', '1'],
  ['o', '0'],
  ['s', '5'],
  ['t', 'f'],
  ['a', 'o'],
  ['i', ';'],
  ['d', 'cl'],
  ['v', 'y'],
];
const MISREADINGS = new Map(MISREAD);
const HOMOGLYPHS = new Map(
  Object.entries({
    a: 'а',
    c: 'с',
    e: 'е',
    i: 'і',
    j: 'ј',
    o: 'о',
    p: 'р',
    s: 'ѕ',
    x: 'х',
    y: 'у',
    A: 'А',
    B: 'В',
    E: 'Е',
    H: 'Н',
    M: 'М',
    O: 'Ο',
    T: 'Т',
  }),
);
const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060', '\u00ad', '\ufeff'];

/** Noise of a scanner: of `rate` of the characters, half misread or random, the rest lost or doubled. */
export function addNoise(text: string, rate: number, random: Random): string {
  let out = '';
  for (const character of text) {
    if (random.next() >= rate) {
      out += character;
      continue;
    }
    const kind = random.next();
    const other = character > '\u2e80' ? random.pick(COMMON_HAN) : random.pick([...LETTERS]);
    if (kind < 0.4) out += MISREADINGS.get(character) ?? other;
    else if (kind < 0.7) out += other;
    else if (kind < 0.85) out += '';
    else out += character + other;
  }
  return out;
}

/** Look-alike letters of other alphabets in place of `rate` of those that have one. */
export function addHomoglyphs(text: string, rate: number, random: Random): string {
  return text.replace(/[a-zA-Z]/g, (letter) =>
    random.next() < rate ? (HOMOGLYPHS.get(letter) ?? letter) : letter,
  );
}

/** Characters that nobody sees, between letters. */
export function addInvisible(text: string, rate: number, random: Random): string {
  return text.replace(/\p{L}/gu, (letter) =>
    random.next() < rate ? letter + random.pick(INVISIBLE) : letter,
  );
}

/** Other case, other punctuation, accents on vowels. */
export function changeCase(text: string, random: Random): string {
  const plain = text.replace(/[,;:—-]+/g, () => random.pick(['', ' ', ' – ', '…']));
  return random.next() < 0.5
    ? plain.toUpperCase()
    : plain.toLowerCase().replace(/e/g, () => (random.next() < 0.1 ? 'é' : 'e'));
}

/** All white space gone, or lines broken anew with words hyphenated. */
export function changeLayout(text: string, random: Random): string {
  if (random.next() < 0.5) return text.replace(/\s+/g, '');
  return text
    .replace(/\s+/g, ' ')
    .replace(/.{30,60}/g, (line) => `${line}${random.next() < 0.5 ? '-\n' : '\n  '}`);
}

/** `rate` of the words replaced by others. */
export function replaceWords(text: string, rate: number, words: readonly string[], random: Random): string {
  return text.replace(/[\p{L}’']+/gu, (word) => (random.next() < rate ? random.pick(words) : word));
}

/** Frequent Chinese characters, an own list, to write text that copies nothing. */
const HAN =
  '的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好' +
  '都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法' +
  '此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再' +
  '平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车' +
  '白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题' +
  '建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保' +
  '达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历' +
  '越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏';
export const COMMON_HAN = [...HAN];

/** Chinese-looking prose: words of one to three characters from a vocabulary of its own, in sentences. */
export function writeChinese(characters: number, random: Random): string {
  const words = Array.from({ length: 1500 }, () =>
    Array.from({ length: 1 + random.below(3) }, () => random.pick(COMMON_HAN)).join(''),
  );
  let text = '';
  while (text.length < characters) {
    const sentences = 3 + random.below(5);
    for (let s = 0; s < sentences; s++) {
      const count = 5 + random.below(14);
      for (let w = 0; w < count; w++) {
        // Some words are far more frequent than others, as in any language.
        text += words[Math.floor(words.length * random.next() ** 3)];
        if (w < count - 1 && random.next() < 0.12) text += '，';
      }
      text += random.pick(['。', '。', '。', '！', '？']);
    }
    text += '\n\n';
  }
  return text;
}
